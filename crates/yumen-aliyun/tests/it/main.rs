//! Tests of the reader: responses in, snapshot and gaps out.

mod demo;
mod report;
