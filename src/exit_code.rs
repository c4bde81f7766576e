//! How the process ends: one number and one sentence for each way.

/// How the process ends; the numbers are promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// The portal keeps the contract.
    Conforms = 0,
    /// The portal violates the contract, or a check of files found something.
    Violates = 1,
    /// The arguments, the configuration or the pages cannot be used.
    Usage = 2,
    /// The portal could not be judged.
    NotJudged = 3,
    /// No case was selected.
    NothingSelected = 4,
    /// A fault was missed, or a lawful answer was called a violation.
    FaultMissed = 5,
    /// Interrupted by the user.
    Interrupted = 130,
}

impl ExitCode {
    /// What the code means, in a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Conforms => "the portal keeps the contract",
            Self::Violates => "the portal violates the contract",
            Self::Usage => "the arguments, the configuration or the pages cannot be used",
            Self::NotJudged => "the portal could not be judged",
            Self::NothingSelected => "no case was selected that could be tried",
            Self::FaultMissed => "a fault was missed, or a lawful answer was called a violation",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
