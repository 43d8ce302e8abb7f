//! Change control on a simulated cloud, with real sockets and a real store.

#[cfg(test)]
mod office;
#[cfg(test)]
mod story;
#[cfg(test)]
mod threats;
