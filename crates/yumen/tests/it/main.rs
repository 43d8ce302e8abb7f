//! The program as users meet it: the demo estate's planted truths, and what is printed.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod fix;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod govern;
#[cfg(test)]
mod html;
#[cfg(test)]
mod init;
#[cfg(test)]
mod items;
#[cfg(test)]
mod live;
#[cfg(test)]
mod picture;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod program;
#[cfg(test)]
mod screen;
#[cfg(test)]
mod story;
#[cfg(test)]
mod template;
#[cfg(test)]
mod whole;
