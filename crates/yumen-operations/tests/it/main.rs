//! Change control on a simulated cloud, with real sockets and a real store.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod model;
#[cfg(test)]
mod office;
#[cfg(test)]
mod people;
#[cfg(test)]
mod story;
#[cfg(test)]
mod watching;
