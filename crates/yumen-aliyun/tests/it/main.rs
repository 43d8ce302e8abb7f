//! Tests of the reader: responses in, snapshot and gaps out.

mod broken;
mod coverage;
mod demo;
mod groups;
mod network;
mod paging;
mod report;
mod samples;
mod texts;
