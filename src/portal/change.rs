//! One alteration of the reference portal, as data: where it applies, and what it does there.
//!
//! An answer passes through stages, and an [`Act`] belongs to one of them: what is accepted and which
//! resources are answered ([`Policy`]), the answer as a tree ([`tree`]), its XML elements ([`markup`]),
//! its JSON spelling ([`spelling`]), its bytes ([`body`]), status and headers ([`Head`]), and how it is
//! framed on the connection ([`Frame`]). Acts of one stage apply in the order in which they are listed.

pub mod body;
pub mod markup;
pub mod spelling;
pub mod tree;

use std::time::Duration;

use crate::contract::{Format, OperationId};
use crate::portal::objection::Objection;

use body::Bytes;
use markup::Markup;
use spelling::Spelling;
use tree::{Edit, Selector};

/// One alteration.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Which answers are altered.
    pub scope: Scope,
    /// What is done to them.
    pub acts: Vec<Act>,
}

/// Which answers are altered; the default is every success.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Only those of this operation.
    pub operation: Option<OperationId>,
    /// Only those in this format.
    pub format: Option<Format>,
    /// Successes or refusals.
    pub answers: Answers,
    /// Only some of them.
    pub turns: Turns,
    /// Only those to what may be sent again.
    pub repeatable: bool,
}

/// Successes or refusals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Answers {
    /// Every success.
    #[default]
    Successes,
    /// The refusals of these objections; all refusals where there is none.
    Refusals(Vec<Objection>),
    /// All answers.
    All,
}

/// Which of the answers in scope are altered, counted from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Turns {
    /// All.
    #[default]
    Always,
    /// Every so many answers to the very same question.
    EachOfQuestion(usize),
    /// The first so many answers to the very same question.
    FirstOfQuestion(usize),
    /// The first so many answers about the same resource, in whatever format.
    FirstOfResource(usize),
    /// The first so many answers of the portal.
    FirstOfPortal(usize),
    /// All after so many answers of the portal.
    AfterOfPortal(usize),
    /// So many answers of the portal, after so many.
    BurstOfPortal {
        /// How many there are before.
        after: usize,
        /// How many are altered.
        count: usize,
    },
    /// All once something was written.
    OnceWritten,
    /// Those that are under way beside others.
    SideBySide,
}

/// What is known of one answer beside the others.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// The number of the answer to the very same question, from 1.
    pub of_question: usize,
    /// The number of the answer about the same resource, from 1.
    pub of_resource: usize,
    /// The number of the answer of the portal, from 1.
    pub of_portal: usize,
    /// Whether something was written before.
    pub is_written: bool,
    /// How many answers are under way.
    pub at_once: usize,
}

/// One thing done to an answer.
#[derive(Debug, Clone)]
pub enum Act {
    /// To what is accepted, and which resources are answered.
    Policy(Policy),
    /// To the answer as a tree, whatever the format.
    Tree(Selector, Edit),
    /// To the elements of an XML answer.
    Markup(Markup),
    /// To the spelling of a JSON answer.
    Spelling(Spelling),
    /// To the bytes of the body.
    Bytes(Bytes),
    /// To the status and the headers.
    Head(Head),
    /// To the framing on the connection.
    Frame(Frame),
}

/// What is accepted, and which resources are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Any token is accepted, none included.
    AnyToken,
    /// Any text after `Bearer ` is accepted.
    AnyBearer,
    /// The first letters of the token are enough.
    TokenPrefix,
    /// Letter case of the token does not matter.
    TokenCase,
    /// More letters after the token do not matter.
    TokenSuffix,
    /// The token without its last letter is enough.
    TokenCut,
    /// The first letter of the token does not matter.
    TokenTail,
    /// The last letter of the token does not matter.
    TokenHead,
    /// A header with nothing in it is token enough.
    TokenEmpty,
    /// Any token opens what is not the first resource alone.
    AnyTokenOfOthers,
    /// The first and the last letter of the token and its length are enough.
    TokenEnds,
    /// What a script sends that has no token is enough.
    TokenNull,
    /// The order of the token's letters does not matter.
    TokenAnagram,
    /// The token opens in the query as well.
    TokenInQuery,
    /// The token opens in any header.
    TokenInHeader,
    /// No token is needed by who comes this way.
    OpenTo(Door),
    /// No token is needed once something was written.
    OpenAfterWrite,
    /// Unknown ids are told before the token is looked at.
    UnknownFirst,
    /// There is a resource of each id, as far as so many are asked for that are none of those held.
    Inhabited(usize),
    /// Other spellings of numbers are ids.
    LooseIds,
    /// A refusal tells something of the resource that was asked for.
    TellInRefusal(Morsel, RefusalPart),
    /// The same, to who comes without a token in this manner.
    TellThrough(Door, Morsel, RefusalPart),
    /// The answer repeats the token.
    EchoToken,
    /// Instead of a refusal: the documented resource, with the status of a success.
    DataInsteadOfRefusal,
    /// The documented resource in the body of a refusal that keeps its status.
    DataInRefusal,
    /// Always the resource at this place of those held, whatever was asked.
    Resource(usize),
    /// The resource after the one asked for.
    NextResource,
    /// One resource more than asked for, the last held.
    OneMore,
    /// A write that was done before is refused with this status.
    OnceOnly(u16),
    /// A collection with ids that no resource has is refused with this status.
    RefuseUnknown(u16),
    /// What the second account must not see is shown to it.
    ShowLesser,
    /// What is written is kept otherwise.
    Keep(Keeping),
    /// What was written is read back otherwise.
    ReadBack(ReadBack),
}

/// In which way what is written is not kept as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// It is not.
    Nowhere,
    /// It is kept in another place.
    Elsewhere,
    /// All else in its place is gone.
    Alone,
    /// It is kept although it was refused for who asks.
    Refused,
}

/// How what was written is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadBack {
    /// Each resource is listed twice.
    Twice,
    /// Lawful: the last one first.
    Reversed,
    /// Lawful: others write as well, and more from time to time.
    Growing,
    /// Lawful: the read is not offered, which this status says.
    NotOffered(u16),
}

/// A manner of asking that is let in without a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Another spelling of the path.
    Path,
    /// Any query.
    Query,
    /// The headers of a browser.
    Browser,
    /// The header of a script.
    Script,
    /// The header of a proxy for an address that begins so.
    Proxy(&'static str),
    /// A header of this name, in lower case.
    Header(&'static str),
    /// Percent-encoding in the path.
    Encoded,
}

/// A small part of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Morsel {
    /// A text of one word.
    Word,
    /// A GUID.
    Guid,
    /// A whole number above 1.
    Number,
    /// The last word of a text of several.
    Part,
    /// A GUID without its dashes.
    Digits,
    /// The first letters of the words of a text of several.
    Initials,
    /// A word that no resource has, one for the first of them and another for all others.
    State,
    /// A digit that no resource has to do with, now this and now that.
    Chance,
    /// A word where there is no such resource.
    Absence,
}

/// Where a refusal tells something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalPart {
    /// In its message.
    Message,
    /// In a header.
    Header,
    /// In the reason phrase.
    Reason,
    /// By a challenge (RFC 9110, 11.6.1), whatever it says.
    Challenge,
}

/// Status and headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// Another status code.
    Status(u16),
    /// A header of this value, once, in place of all of its name.
    Set(String, String),
    /// One header more.
    Add(String, String),
    /// No header of this name.
    Remove(String),
}

/// How an answer is framed on the connection. All but the unlawful ones end in a whole body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Whole, but `Content-Length` is off by so many bytes; the connection is closed.
    LengthOff(i64),
    /// Two `Content-Length` headers that disagree.
    TwoLengths,
    /// A `Content-Length` that is no number.
    LengthOfLetters,
    /// Closed before the first byte.
    NoAnswer,
    /// Closed in the middle of the headers.
    CutHead,
    /// Closed in the middle of the body.
    CutBody,
    /// Reset in the middle of the body.
    Reset,
    /// A status line that is none.
    GarbledStatusLine,
    /// A header line that is none.
    GarbledHeader,
    /// Chunks of which the last is missing.
    ChunksWithoutEnd,
    /// A chunk size that is no number.
    GarbledChunk,
    /// The head, half of the body, then silence.
    Stall,
    /// Lawful: chunks of so many bytes.
    Chunks(usize),
    /// Lawful: chunks with extensions and a trailer field.
    ChunkExtensions,
    /// Lawful: no length, the end of the connection ends the body.
    UntilClose,
    /// Lawful: an answer of HTTP/1.0 whose body ends with the connection.
    Http10,
    /// Lawful: whole, then closed, and it says so.
    Close,
    /// Lawful: so many bytes at a time, with a pause after each.
    Drip(usize, Duration),
    /// Lawful: a pause before the answer.
    Late(Duration),
    /// Lawful: an interim `103 Early Hints` before the answer.
    Interim,
    /// Lawful: no reason phrase in the status line.
    NoReason,
    /// Lawful: header names in lower case.
    LowerCaseNames,
    /// Lawful: header names in capitals.
    UpperCaseNames,
    /// Lawful: no blank after the colons of headers.
    TightHeaders,
    /// Lawful: blanks and tabs around the values of headers.
    LooseHeaders,
    /// Lawful, where obsolete: headers folded at each blank (RFC 9112, 5.2).
    FoldedHeaders,
    /// Lawful: every so many-th answer on a connection is its last, which is not said; the next request
    /// on it gets nothing (RFC 9112, 9.5).
    LastOf(usize),
    /// Lawful: the connection is closed where no request comes for so long, which is not said.
    ClosedIdle(Duration),
}

impl Change {
    /// Whether it shows, or not, by what the portal is asked beside the question itself.
    #[must_use]
    pub fn hangs_on_others(&self) -> bool {
        let is_of_portal = match self.scope.turns {
            Turns::Always
            | Turns::EachOfQuestion(_)
            | Turns::FirstOfQuestion(_)
            | Turns::FirstOfResource(_) => false,
            Turns::FirstOfPortal(_)
            | Turns::AfterOfPortal(_)
            | Turns::BurstOfPortal { .. }
            | Turns::OnceWritten
            | Turns::SideBySide => true,
        };
        // A status may say something of all that is asked, such as that the token opens nothing.
        let is_of_all = |act: &Act| {
            matches!(
                act,
                Act::Policy(Policy::OpenAfterWrite) | Act::Head(Head::Status(_))
            )
        };
        is_of_portal || self.acts.iter().any(is_of_all)
    }

    /// A change of every success.
    #[must_use]
    pub fn of(acts: Vec<Act>) -> Self {
        Self {
            scope: Scope::default(),
            acts,
        }
    }

    /// The same, for one operation only.
    #[must_use]
    pub fn on(mut self, operation: &OperationId) -> Self {
        self.scope.operation = Some(operation.clone());
        self
    }

    /// The same, for one format only.
    #[must_use]
    pub fn in_format(mut self, format: Format) -> Self {
        self.scope.format = Some(format);
        self
    }

    /// The same, for what may be sent again alone.
    #[must_use]
    pub fn of_repeatable(mut self) -> Self {
        self.scope.repeatable = true;
        self
    }

    /// The same, for other answers.
    #[must_use]
    pub fn among(mut self, answers: Answers) -> Self {
        self.scope.answers = answers;
        self
    }

    /// The same, for some answers only.
    #[must_use]
    pub fn at(mut self, turns: Turns) -> Self {
        self.scope.turns = turns;
        self
    }
}

impl Scope {
    /// Whether an answer to an operation in a format is in scope.
    #[must_use]
    pub fn covers(&self, operation: Option<&OperationId>, format: Format) -> bool {
        self.format.is_none_or(|only| only == format)
            && (self.operation.is_none() || self.operation.as_ref() == operation)
    }
}

impl Answers {
    /// Whether a refusal of this objection is meant.
    #[must_use]
    pub fn covers_refusal(&self, objection: &Objection) -> bool {
        match self {
            Self::Successes => false,
            Self::Refusals(objections) => objections.is_empty() || objections.contains(objection),
            Self::All => true,
        }
    }

    /// Whether a success is meant.
    #[must_use]
    pub fn covers_success(&self) -> bool {
        !matches!(self, Self::Refusals(_))
    }
}

impl Turns {
    /// Whether the answer of these numbers is meant, counted from 1.
    #[must_use]
    pub fn covers(
        self,
        Turn {
            of_question,
            of_resource,
            of_portal,
            is_written,
            at_once,
        }: Turn,
    ) -> bool {
        match self {
            Self::Always => true,
            Self::EachOfQuestion(step) => of_question.is_multiple_of(step),
            Self::FirstOfQuestion(count) => of_question <= count,
            Self::FirstOfResource(count) => of_resource <= count,
            Self::FirstOfPortal(count) => of_portal <= count,
            Self::AfterOfPortal(count) => of_portal > count,
            Self::BurstOfPortal { after, count } => {
                (after + 1..=after + count).contains(&of_portal)
            }
            Self::OnceWritten => is_written,
            Self::SideBySide => at_once > 1,
        }
    }
}
