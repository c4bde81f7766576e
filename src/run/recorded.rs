//! Recorded answers in the place of asked ones.

use crate::case::QuestionIndex;
use crate::client::Exchange;
use crate::recording::{Gap, Odd};

/// An answer that was recorded, and when it was under way.
#[derive(Debug, Clone)]
pub struct RecordedAnswer {
    /// The question that it answers.
    pub question: QuestionIndex,
    /// What was asked and what came.
    pub exchange: Exchange,
    /// From when on, by any clock.
    pub from: usize,
    /// Until when.
    pub to: usize,
    /// Whether others stand in the place of values that the contract bounds: their bounds are not judged.
    pub other_values: bool,
}

/// Why a recorded answer is not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unused {
    /// They are no entries of a HAR file: the number of the first, and what of it cannot be read.
    Odd(usize, Odd),
    /// It was not recorded as a whole.
    Gap(Gap),
    /// It leads elsewhere, or says that nothing has changed (3xx).
    Redirect,
    /// It refuses (4xx), and nothing says that it should not.
    Refusal,
    /// It says "later".
    PutOff,
    /// It answers a login: tokens stand in it.
    Login,
    /// No page documents the operation in the format.
    Format,
    /// Something else was asked for than what the pages document: a page for people, a table.
    Other,
    /// A cache gave it, and nobody was asked.
    Cache,
    /// It is the part of an answer that was asked for.
    Part,
    /// Others stand in the place of values that the contract bounds: these alone are not judged.
    Values,
    /// Enough answers to the same question, or in all, are judged.
    Enough,
}
