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

/// What decides how a run ends.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and their order is the rule"
)]
pub struct Facts {
    /// Whether the user wanted an end.
    pub interrupted: bool,
    /// Whether no case was tried.
    pub idle: bool,
    /// Whether something else than the portal's answers stood in the way.
    pub obstructed: bool,
    /// Whether a case violates, or a waiver has expired.
    pub violated: bool,
    /// Whether something was not judged that should have been, or was left behind.
    pub unjudged: bool,
    /// Whether pages could not be read.
    pub unread: bool,
    /// Whether of what was to be judged nothing was but refusals.
    pub bare: bool,
}

impl ExitCode {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Conforms,
        Self::Violates,
        Self::Usage,
        Self::NotJudged,
        Self::NothingSelected,
        Self::FaultMissed,
        Self::Interrupted,
    ];

    /// How a run ends: the first of the facts that holds says so.
    #[must_use]
    pub fn of_run(facts: Facts) -> Self {
        match facts {
            Facts {
                interrupted: true, ..
            } => Self::Interrupted,
            Facts { idle: true, .. } => Self::NothingSelected,
            Facts {
                obstructed: true, ..
            } => Self::NotJudged,
            Facts { violated: true, .. } => Self::Violates,
            Facts { unjudged: true, .. } => Self::NotJudged,
            Facts { unread: true, .. } => Self::Usage,
            Facts { bare: true, .. } => Self::NothingSelected,
            _ => Self::Conforms,
        }
    }

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
