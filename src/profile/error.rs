//! Why a profile cannot be used.

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Neither a built-in profile nor a file.
    #[error("no profile `{name}`: neither built in ({builtin}) nor a file{suggestion}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names of the built-in profiles.
        builtin: String,
        /// The nearest of them, in words; may be empty.
        suggestion: String,
    },
    /// The file cannot be read.
    #[error("cannot read the profile {name}: {error}")]
    Io {
        /// The file.
        name: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The text is no profile.
    #[error("{place}: {message}{excerpt}")]
    Invalid {
        /// `file:line:column`.
        place: String,
        /// What is wrong with it.
        message: String,
        /// The line with a caret below, each on a line of its own.
        excerpt: String,
    },
    /// Profiles extend one another in a circle.
    #[error("{place}: profiles extend one another in a circle: {}{excerpt}", .chain.join(" extends "))]
    Circle {
        /// `file:line:column` of the `extends` that closes the circle.
        place: String,
        /// The profiles on the way, the first one again at the end.
        chain: Vec<String>,
        /// The line with a caret below, each on a line of its own.
        excerpt: String,
    },
}
