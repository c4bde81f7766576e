//! Why there is no test data, and why some of it may be left.
//!
//! Of the portal's answers, it holds ids that the steps keep, and no more.

use std::path::PathBuf;
use std::time::Duration;

use crate::budget::Excess;
use crate::client::{Exchange, FailureKind};

/// Why the test data of a run could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoTestData {
    /// The journal cannot be kept; what the system says.
    Journal(String),
    /// The portal did not do what a set-up step asks.
    Step(FailedStep),
}

/// What may be left of the test data of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leftover {
    /// The journal cannot be kept; what the system says.
    Journal(String),
    /// The portal did not do what a tear-down step asks.
    Step(FailedStep),
    /// Whatever a set-up step made: its answer does not say, and it is not found.
    Unfound {
        /// The step's name.
        step: String,
        /// The status code of its answer, where one came.
        answered: Option<u16>,
        /// Why it cannot be looked for.
        why: Unfound,
        /// The text that the names of what the run made hold.
        run: String,
        /// The file of the journal.
        journal: PathBuf,
    },
    /// Something that the run made and no tear-down step is about.
    Undoable {
        /// The parameter that it is kept as.
        name: String,
        /// Its id.
        id: String,
        /// The file of the journal.
        journal: PathBuf,
    },
}

/// A step that the portal did not carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedStep {
    /// The step's name.
    pub step: String,
    /// Its method.
    pub method: String,
    /// The path that was asked for.
    pub path: String,
    /// What came instead.
    pub problem: StepProblem,
}

/// An answer to a set-up step that does not hold what is kept of it: it may break what the pages promise.
#[derive(Debug, Clone)]
pub struct UnkeptAnswer {
    /// The step, and what its answer lacks.
    pub failed: FailedStep,
    /// The place of its operation in the contract, where one is documented.
    pub operation: Option<usize>,
    /// What was asked and what came.
    pub exchange: Exchange,
}

/// What came in the place of what a step asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepProblem {
    /// No complete answer.
    Failure {
        /// What went wrong.
        kind: FailureKind,
        /// What the libraries say of it.
        message: String,
    },
    /// An HTML page with this status code.
    Page(u16),
    /// A status code that is no success.
    Status(u16),
    /// A success whose body says that it is none.
    Refused(u16),
    /// 202 alone: it may be done later.
    Accepted,
    /// A success that does not hold what is kept of it.
    Answer {
        /// The status code.
        status: u16,
        /// What is wrong with it.
        unkept: Unkept,
    },
    /// It was not asked, as undoing had taken this long.
    NotSent(Duration),
    /// "Not there", from a portal that did not show that it answers for what is there.
    Unshown(u16),
    /// "Not there" or "done", of what the portal lists all the same.
    Listed(u16),
    /// "Not there", of what a documented read still answers.
    Read {
        /// The status code of the step's answer.
        status: u16,
        /// The path of the read.
        path: String,
    },
    /// "Not there" to all that would undo, where nothing can be looked at.
    Unlooked(u16),
}

impl StepProblem {
    /// Whether a success lacks what the step keeps of it, so that only what needs that cannot be asked.
    #[must_use]
    pub fn is_of_answer(&self) -> bool {
        matches!(
            self,
            Self::Answer {
                unkept: Unkept::NoJson
                    | Unkept::Nothing { .. }
                    | Unkept::NoId { .. }
                    | Unkept::NoLocation { .. },
                ..
            }
        )
    }
}

/// Why nothing is kept of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unkept {
    /// It is no JSON.
    NoJson,
    /// It is more than is read of one answer.
    TooLarge(Excess),
    /// Nothing stands where the value is taken from.
    Nothing {
        /// The JSON pointer.
        pointer: String,
        /// The parameter that it is kept as.
        name: String,
    },
    /// It is no 201 with one `Location` that ends in the id of what was made.
    NoLocation {
        /// The parameter that it is kept as.
        name: String,
    },
    /// No id stands there.
    NoId {
        /// The JSON pointer.
        pointer: String,
        /// The parameter that it is kept as.
        name: String,
        /// The most characters of an id.
        longest: usize,
    },
    /// The portal says that it made what existed before.
    Existed {
        /// The parameter that it is kept as.
        name: String,
        /// The id.
        id: String,
    },
    /// The portal says that it made what a step or the request itself names.
    Named {
        /// The parameter that it is kept as.
        name: String,
        /// The id.
        id: String,
    },
    /// What stands there is the id of something else than what was made.
    Foreign {
        /// The JSON pointer.
        pointer: String,
        /// The parameter that it is kept as.
        name: String,
    },
    /// Something else in the answer looks like what was made, and nothing says that an id stands there.
    Beside {
        /// The JSON pointer.
        pointer: String,
        /// The parameter that it is kept as.
        name: String,
    },
    /// Nothing in the answer says that it is an id, and the `find` of the step does not list it as one of the run's.
    Unshown {
        /// The parameter that it is kept as.
        name: String,
        /// What stands there.
        id: String,
    },
    /// The `find` of the step lists others as the run's, and not it.
    Contradicted {
        /// The parameter that it is kept as.
        name: String,
        /// What stands there.
        id: String,
    },
    /// It is the id of an item of a list that does not bear the name of the run.
    Unmarked {
        /// The JSON pointer.
        pointer: String,
        /// The parameter that it is kept as.
        name: String,
    },
    /// The answer to an earlier step held this id already.
    Seen {
        /// The parameter that it is kept as.
        name: String,
        /// The id.
        id: String,
    },
    /// The portal says that it made what it listed before.
    Listed {
        /// The parameter that it is kept as.
        name: String,
        /// The id.
        id: String,
    },
    /// What stands there is a secret, or holds one.
    Secret {
        /// The JSON pointer.
        pointer: String,
        /// The parameter that it is kept as.
        name: String,
    },
    /// No list stands at this JSON pointer.
    NoList(String),
    /// An item of the list has no id at this JSON pointer.
    ItemWithoutId(String),
}

/// Why what a step made is not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfound {
    /// It is not there, or not yet.
    NotYet,
    /// The step does not say how.
    NoFind,
    /// There was no time for it.
    NoTime,
    /// The configuration has no such step any more.
    NoStep,
    /// The look finds what bears a name that nobody used: its answer repeats what it is asked for.
    Reflected,
    /// What bears the name of the run was there before.
    Existed {
        /// The parameter that it would be kept as.
        name: String,
        /// The id.
        id: String,
    },
    /// The portal did not answer as it should.
    Problem(StepProblem),
    /// What it answered cannot be read.
    Answer(Unkept),
}
