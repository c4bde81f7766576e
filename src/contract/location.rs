//! Where a parameter is sent.

/// Where a parameter is sent: what `OpenAPI` calls its location, `in`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterIn {
    /// In braces in the path.
    Path,
    /// After the question mark.
    Query,
    /// In the body.
    Body,
}

impl ParameterIn {
    /// The same, but in the query where it is said to be in a path that does not hold it: of what stands
    /// behind the question mark, too, pages say that it is sent in the URL.
    pub(super) fn in_url(self, name: &str, variables: &[&str]) -> Self {
        match self {
            Self::Path if !variables.contains(&name) => Self::Query,
            place => place,
        }
    }
}
