//! What will be asked, and what each answer is held against.
//!
//! In come a contract, a profile and a target, out comes a [`Plan`]: the questions, each asked as
//! rarely as its cases allow, and the cases, each naming the questions whose answers it judges. Nothing
//! is sent here.

mod plan;
mod request;

use std::fmt;

pub use plan::plan;

use crate::client::Request;
use crate::contract::{Format, OperationId};

/// Everything that a run asks and judges.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The questions; no two are alike.
    pub questions: Vec<Question>,
    /// In which order they are asked; a question may stand in it several times.
    pub schedule: Schedule,
    /// The cases, sorted by operation, format and check.
    pub cases: Vec<Case>,
}

/// The place of a question in [`Plan::questions`].
pub type QuestionIndex = usize;

/// One request, and which resources its answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is sent.
    pub request: Request,
    /// The place of the operation in the contract.
    pub operation: usize,
    /// The format that is asked for.
    pub format: Format,
    /// The ids of the resources that the answer must hold, in the order of the request; empty where
    /// nothing is known of them.
    pub ids: Vec<String>,
}

/// In which order questions are asked.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    /// Side by side.
    pub free: Vec<QuestionIndex>,
    /// One after the other beside the free ones, as they write to one resource.
    pub ordered: Vec<QuestionIndex>,
    /// One after the other when all else is done: reads of a portal at rest.
    pub quiet: Vec<QuestionIndex>,
}

/// One question to the portal and its expectation.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name.
    pub id: CaseId,
    /// The place of the operation in the contract.
    pub operation: usize,
    /// The format that is judged.
    pub format: Format,
    /// What is judged.
    pub check: Check,
    /// The questions whose answers are judged.
    pub subjects: Vec<QuestionIndex>,
    /// The questions whose answers the subjects are compared with.
    pub beside: Vec<QuestionIndex>,
    /// Why the case is not asked, where it is not.
    pub ignored: Option<String>,
}

/// `operation::format::check`, the name of a case in every output.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(String);

/// What a case judges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// Status, media type, well-formed and complete body.
    Transport,
    /// The members around the payload.
    Envelope,
    /// The payload's members: against the JSON Schema, or the XML shape.
    Members,
    /// XML says what JSON says.
    Parity,
    /// The answer is about the resources that were asked for.
    Asked,
    /// The same question gets the same answer again.
    Repeated,
    /// A resource in the answer equals the resource read by its id.
    Read,
    /// Ids that no resource has are left out of an answer that keeps the contract otherwise.
    UnknownListed,
    /// The envelope looks as in the reviewed snapshot.
    Snapshot,
    /// A request that must be refused is refused.
    Refusal(Expected),
}

/// How a request must be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// As one without a valid token.
    Unauthenticated,
    /// As one for a resource that does not exist.
    Unknown,
    /// As one that is wrong in itself: any 4xx.
    Invalid,
}

/// How many of the named resources a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The first.
    One,
    /// All of them.
    All,
}

impl CaseId {
    /// Makes the name of a case.
    #[must_use]
    pub fn new(operation: &OperationId, format: Format, check: &str, scope: Scope) -> Self {
        let suffix = match scope {
            Scope::One => "",
            Scope::All => "::all",
        };
        Self(format!("{operation}::{format}::{check}{suffix}"))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
