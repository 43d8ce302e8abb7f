//! Where in the input something stands.

use std::fmt;
use std::sync::Arc;

/// A spot in the user's input: a file, a line in it and the resource that it speaks of.
///
/// Provenance only: two resources that differ in nothing but their place are the same resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path as the user would name it, relative to the snapshot directory
    pub file: Option<Arc<str>>,
    /// Line in that file, counted from 1
    pub line: Option<u32>,
    /// Id of the resource, such as `sg-bp1gxw6bznjjvhu3`
    pub resource: Option<Arc<str>>,
}

impl Place {
    /// A place that is a whole file.
    #[must_use]
    pub fn in_file(file: Arc<str>) -> Self {
        Self {
            file: Some(file),
            line: None,
            resource: None,
        }
    }

    /// The same place, at a line (counted from 1).
    #[must_use]
    pub fn at_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// The same place, naming the resource that stands there.
    #[must_use]
    pub fn of(mut self, resource: Arc<str>) -> Self {
        self.resource = Some(resource);
        self
    }

    /// True if nothing is known of where it stands.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        self.file.is_none() && self.resource.is_none()
    }
}

/// `file:line`, `file`, or the resource's id where there is no file.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line, &self.resource) {
            (Some(file), Some(line), _) => write!(f, "{file}:{line}"),
            (Some(file), None, _) => f.write_str(file),
            (None, _, Some(resource)) => f.write_str(resource),
            (None, _, None) => Ok(()),
        }
    }
}
