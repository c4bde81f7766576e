//! What will be asked, and what each answer is held against.
//!
//! In come a contract, a profile and a target, out comes a [`Plan`]: the questions, each asked as
//! rarely as its cases allow, and the cases, each naming the questions whose answers it judges. Nothing
//! is sent here.

mod aftermath;
mod early;
mod effort;
mod foreign;
mod id;
mod plan;
mod proposal;
mod recorded;
mod request;
mod resource;
mod selection;
mod serialized;
mod shard;
mod twin;
mod unasked;
mod wrong;

pub use aftermath::Aftermath;
pub use effort::{MOST_QUICK, Pair};
pub use id::{CaseId, Check, Expected, Refusal, Scope, WrongBody, WrongId, WrongToken};
pub use plan::plan;
pub(crate) use plan::{is_never_asked, plan_of};
pub use proposal::{Proposal, proposals};
pub use recorded::{Asked, recorded, recorded_ids};
pub(crate) use resource::contradicts_path;
pub use selection::{Part, Selected, Selection};
pub use shard::{NoShard, Shard, TooManyShards};
pub use unasked::{Unasked, WhyUnasked};
pub(crate) use wrong::number_in_path;

use crate::client::{Repeat, Request};
use crate::contract::{Format, OperationId};
use crate::look_up::NoValue;
use crate::profile::Named;

/// Everything that a run asks and judges.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The questions; no two are alike but those that read what a write did.
    pub questions: Vec<Question>,
    /// In which order they are asked; a question may stand in it several times.
    pub schedule: Schedule,
    /// The cases, sorted by operation and format.
    pub cases: Vec<Case>,
    /// The questions whose answers tell the portal's data, which no refusal may hold.
    pub told: Vec<QuestionIndex>,
    /// The questions that name no resource that there is: what refuses them cannot know any.
    pub neutral: Vec<QuestionIndex>,
    /// The parameters that are taken for names of resources though nobody states it, each with the place of
    /// its operation in the contract.
    pub inferred: Vec<(usize, Named)>,
    /// The values that somebody named and that no question holds.
    pub unasked: Vec<Unasked>,
    /// Of each question the one about the same in the other format.
    pub(crate) twins: Vec<Option<QuestionIndex>>,
}

impl Plan {
    /// The same question in the other format.
    #[must_use]
    pub fn twin(&self, question: QuestionIndex) -> Option<QuestionIndex> {
        self.twins.get(question).copied().flatten()
    }
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
    /// The ids of the resources that the answer must hold, or the refusal must not tell of, in the order
    /// of the request; empty where nothing is known of them.
    pub ids: Vec<String>,
    /// The ids of what a write writes, as the read that tells of it lists them; empty where none does.
    pub written: Vec<String>,
    /// In which other manner it is asked without a token than pages document, by its place among them; those
    /// for several resources in the same manner differ in these alone.
    pub manner: Option<usize>,
    /// Whether it is sent again where the portal says "later".
    pub repeat: Repeat,
    /// Where the answer lists what was written, how it does.
    pub listing: Option<Listing>,
    /// Where the request is about an id that nothing should have: the same about other such ids, this one
    /// first, for a portal that has a resource of it after all.
    pub strangers: Vec<Stranger>,
    /// Where it is read to tell what a write did, and judged as nothing else: which one.
    pub aftermath: Option<Aftermath>,
}

/// How an answer lists the ids of resources, in names of the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The members that lead to the list.
    pub list: Vec<String>,
    /// The member of an item that holds the id.
    pub member: String,
}

/// A request about an id that nothing should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The id.
    pub id: String,
    /// What is sent.
    pub request: Request,
}

/// In which order questions are asked.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    /// One after the other before anything else: reads of a portal at rest.
    pub early: Vec<QuestionIndex>,
    /// Side by side when those are done.
    pub free: Vec<QuestionIndex>,
    /// One after the other when those are done, as they write to one resource: no other verdict may hang
    /// on which of them came first.
    pub ordered: Vec<QuestionIndex>,
    /// One after the other when all else is done: reads of a portal at rest.
    pub quiet: Vec<QuestionIndex>,
    /// When those are done: refusals once more, now that there were successes; reads without a token side by side, all
    /// others one after the other, as a portal may bound how often one fails to log in.
    pub after: Vec<QuestionIndex>,
    /// One after the other at the very end, as nothing can be read after them: deletions.
    pub last: Vec<QuestionIndex>,
}

impl Schedule {
    /// All of it, in the order of the phases.
    pub fn all(&self) -> impl Iterator<Item = QuestionIndex> {
        let Self {
            early,
            free,
            ordered,
            quiet,
            after,
            last,
        } = self;
        let phases = [early, free, ordered, quiet, after, last];
        phases.into_iter().flatten().copied()
    }
}

/// One question to the portal and its expectation.
#[derive(Debug, Clone)]
pub struct Case {
    /// What is judged, of which operation in which format.
    pub id: CaseId,
    /// The place of the operation in the contract.
    pub operation: usize,
    /// The questions whose answers are judged.
    pub subjects: Vec<QuestionIndex>,
    /// The questions whose answers the subjects are compared with.
    pub beside: Vec<QuestionIndex>,
    /// Why the case is not asked, where it is not.
    pub ignored: Option<NotAsked>,
}

/// Why a case is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAsked {
    /// No answer is documented that could be read.
    NoAnswer,
    /// Its success has no body.
    NoBody,
    /// It writes, and nothing lets that out.
    Writes {
        /// The operation that would be named to let it out.
        operation: OperationId,
        /// Whether leave for all that is harmless to repeat lets it out.
        is_harmless: bool,
    },
    /// It would send a write again that no profile calls repeatable.
    SentOnce {
        /// The format in which the write is sent, with the first of several resources.
        format: Format,
    },
    /// There is no token of the second account.
    NoOtherAccount {
        /// The environment variable that should hold it.
        variable: String,
    },
    /// The path has a parameter of which neither the page nor anybody says a value.
    NeedsValue {
        /// The parameter.
        parameter: String,
    },
    /// The value of the page leads to another operation, whose path says the same word.
    Taken {
        /// The parameter.
        parameter: String,
        /// The other operation.
        by: OperationId,
    },
    /// It would replace or delete what may be somebody's.
    Foreign {
        /// The parameter.
        parameter: String,
        /// Whether a look-up finds its value; else the page's example says it.
        is_looked_up: bool,
    },
    /// The same of an id that is written out in the path.
    ForeignStep {
        /// The step of the path.
        step: String,
    },
    /// It needs a value that was looked up in vain: then it is not judged.
    NoValue {
        /// The parameter.
        parameter: String,
        /// Why there is none.
        why: NoValue,
    },
    /// It needs a value that a set-up step was to make, and that no answer held: then it is not judged.
    Unmade {
        /// The parameter.
        parameter: String,
        /// The name of the step.
        step: String,
    },
    /// A parameter has to be sent, and nobody names a value of it.
    Owed {
        /// Which.
        parameter: String,
    },
    /// A header has to be sent, and nobody names its value.
    OwedHeader {
        /// Its name.
        header: String,
    },
    /// The path has several parameters, and what finds a value of one knows nothing of the other: what both name
    /// need not be there.
    Apart {
        /// The one that stands first.
        parameter: String,
        /// The other.
        other: String,
    },
    /// Nothing that was recorded asks it.
    NotRecorded,
    /// Little is asked, and others tell more.
    Effort,
    /// So many findings were sure before that the run had ended.
    Failures(usize),
    /// The portal does not offer the read that would tell, and what it answered to it.
    NotOffered {
        /// The status code; none for no answer.
        status: Option<u16>,
    },
    /// A cache gave each answer that would tell, so that it may be older than what it would tell of.
    Cached,
    /// Every write asks that nothing is done yet, such as by `dryRun`.
    Trial,
    /// Every answer held an empty list, or null in the place of what is documented.
    NothingHeld,
    /// There is nothing reviewed that its answer could be compared with, and no folder to write it to.
    NoSnapshot,
    /// It is about several resources, and fewer are named.
    NeedsSeveral {
        /// The parameter that names them.
        parameter: String,
        /// Those that are named.
        named: Vec<String>,
        /// Whether they are made for the run.
        is_made: bool,
    },
}

#[cfg(test)]
mod tests;
