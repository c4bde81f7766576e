//! What came in the place of what was promised: types and lengths, and names as far as they look like
//! names.

mod aside;
mod compression;
mod form;
mod slip;

use std::path::PathBuf;

use serde_json::Value;

use crate::budget::Excess;
use crate::check::likeness::Likeness;
use crate::check::meaning::is_whole;
use crate::check::name::{Name, Word};
use crate::client::page::HtmlPage;
use crate::client::{Failure, FailureKind};

pub use aside::{AnswerPart, Caching, ErrorFlaw, Guard, Inside, Origin, PathStyle, Platform};
pub use compression::Compression;
pub use form::DateForm;
pub use slip::{Slip, Within};

/// What came in the place of what was promised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Observed {
    /// No complete answer.
    Failure {
        /// What went wrong.
        kind: FailureKind,
        /// What the libraries say of it.
        message: String,
    },
    /// More than is read.
    Excess(Excess),
    /// A status code, and the page for people behind it, where there is one.
    Status(u16, Option<HtmlPage>),
    /// The status code of a success, and the very resource of the number that is spelled otherwise.
    LooseId(u16),
    /// The status code of the same question, asked again; none for no answer.
    OtherStatus(Option<u16>),
    /// The status code of the same question for an id that nothing has.
    UnknownStatus(u16),
    /// Other words for the same question about an id that nothing has.
    UnknownWords,
    /// No `Content-Type`.
    NoMediaType,
    /// So many `Content-Type` headers.
    MediaTypes(usize),
    /// One `Content-Type` header that lists several media types.
    MediaTypeList,
    /// A media type or a charset.
    Word(Word),
    /// A declaration of this encoding.
    Declared(Word),
    /// Bytes that are no UTF-8.
    NoUtf8,
    /// The same, with the byte order mark of UTF-16 before them.
    Utf16,
    /// The same, as they begin as those of a compressed body, and no label says that it is one.
    Compressed(Compression),
    /// A text that was harmed on its way.
    Garbled(Garbling, Sketch),
    /// A body that is not well-formed.
    Syntax(SyntaxFault),
    /// A member that stands twice.
    Twice,
    /// Nothing where a member belongs.
    Missing,
    /// Nothing where the payload belongs, and an error beside it.
    ErrorInPlace,
    /// Nothing where a member belongs, nor where any other one of its object does.
    NoneOfThem,
    /// Nothing where an object belongs, and its members where it should stand.
    Unwrapped,
    /// Nothing where a member belongs, and another of nearly its name.
    Renamed(Name),
    /// Nothing where a member belongs, and all that belongs there below this one.
    Deeper(Name),
    /// The member under another letter case.
    InItsPlace(Name),
    /// The members one step deeper, below this one.
    Below(Name),
    /// A value.
    Value(Sketch),
    /// A text of so many characters that spells a date in another form.
    Date(DateForm, usize),
    /// A text of so many characters that holds JSON.
    JsonText(usize),
    /// No value.
    Nothing,
    /// Another value of the same type and length.
    OtherValue,
    /// A text that says the same, but for this.
    Alike(Likeness),
    /// The same value, spelled otherwise.
    OtherSpelling,
    /// The same items in another order.
    OtherOrder,
    /// This number in the envelope.
    Number(i64),
    /// Another whole number.
    OtherInteger,
    /// A smaller whole number.
    SmallerInteger,
    /// A larger whole number.
    LargerInteger,
    /// A word for true or false, in another spelling.
    BooleanWord(String),
    /// An element with nothing in it.
    EmptyElement,
    /// So many elements.
    Elements(usize),
    /// The root element.
    Root(Name),
    /// So many attributes, and the first of them.
    Attributes(usize, Name),
    /// A namespace, in which this element is.
    Namespace(Name),
    /// A body that the schema refuses, and nothing to see that breaks it.
    Breach,
    /// Another id.
    OtherId,
    /// A resource that was there already.
    SameAgain,
    /// So many resources are missing.
    MissingResources(usize),
    /// So many members as they were before a write that sent others.
    Unwritten(usize),
    /// So many resources that were refused are there.
    Kept(usize),
    /// What was refused to be set is as it was sent.
    Sent,
    /// What was to go is there as it was.
    StillThere,
    /// What was to stay is gone; the status code that says so.
    Gone(u16),
    /// Some of the answers differ.
    Unsteady {
        /// How many differ from the most frequent one.
        differing: usize,
        /// How many answers there were.
        of: usize,
        /// Whether there were several values here, and none came back.
        moves_on: bool,
        /// Whether that is around the payload.
        around: bool,
    },
    /// A resource, by so many of its documented members.
    LeakedMembers(usize),
    /// A text of a resource.
    LeakedText,
    /// Words that no resource has, and that stand in the refusals for one resource and not for another.
    LeakedWords,
    /// What tells of the portal's inside, and where.
    Inside(Inside, AnswerPart),
    /// A version in a header of this name.
    Version(Name),
    /// A cookie of this name without these guards.
    Cookie(Name, Vec<Guard>),
    /// Leave for these sites to read with the credentials of who visits them.
    Origin(Origin),
    /// An answer that caches may keep.
    Cacheable(Caching),
    /// One `ETag` for so many resources.
    SharedTag(usize),
    /// The credential of who asked, and where.
    Credential(AnswerPart),
    /// A page for people.
    Page,
    /// An error of another form.
    ErrorForm(ErrorFlaw),
    /// Another envelope.
    OtherEnvelope {
        /// The lines that differ, in their order.
        changes: Vec<LineChange>,
        /// What became of it.
        review: Review,
    },
    /// No snapshot.
    NoSnapshot(Review),
}

/// How a text was harmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Garbling {
    /// Characters were replaced by U+FFFD.
    Replaced,
    /// UTF-8 was taken for something else and encoded again.
    EncodedTwice,
}

/// Why a body is not well-formed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SyntaxFault {
    /// A byte order mark before JSON.
    ByteOrderMark,
    /// Two byte order marks before XML.
    ByteOrderMarks,
    /// Nothing is there.
    Empty,
    /// A DOCTYPE.
    Doctype,
    /// JSON in the place of XML.
    Json,
    /// Markup that parsers take and XML does not have.
    Markup {
        /// What is wrong.
        what: Malformed,
        /// 1-based line.
        line: usize,
        /// 1-based column, in characters.
        column: usize,
    },
    /// Something in the place of JSON, or behind it.
    Foreign {
        /// What it is.
        what: Foreign,
        /// Whether JSON stands before it.
        is_behind: bool,
        /// What the parser says.
        slip: Slip,
        /// 1-based line.
        line: usize,
        /// 1-based column, as the parser counts.
        column: usize,
    },
    /// Another fault of JSON, as its parser tells it, none of the body in it.
    Parser {
        /// What it says.
        slip: Slip,
        /// 1-based line.
        line: usize,
        /// 1-based column, as the parser counts.
        column: usize,
    },
}

/// What stands where JSON should, told without data of the portal's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Foreign {
    /// A word that other notations have for a value, such as `NaN`.
    Word(&'static str),
    /// A tag, by its name.
    Tag(Name),
    /// Another mark of markup, such as a comment.
    Markup,
    /// What PHP writes before the answer, by its first words.
    Php(&'static str),
    /// What keeps an answer from being run as a script, such as `)]}'`.
    Guard(&'static str),
    /// A call of a script's, with JSON in it (JSONP).
    Call,
    /// A text in single quotation marks.
    Quotes,
    /// Another text, whose line goes on for so many characters.
    Text(usize),
}

/// What is wrong with markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Malformed {
    /// A declaration of another form (XML 1.0, 2.8).
    Declaration,
    /// Another version than 1.0 (XML 1.0, 2.8).
    Version,
    /// A name that is none (XML 1.0, 2.3 and 2.6; Namespaces in XML 1.0, 3, 4 and 7).
    Name,
    /// An end tag of another name than its start tag (XML 1.0, 3).
    EndTag,
    /// Nothing between what white space parts (XML 1.0, 2.6 and 3.1).
    Space,
    /// An attribute of another form (XML 1.0, 3.1; Namespaces in XML 1.0, 5).
    Attribute,
    /// A character that XML does not have (XML 1.0, 2.2).
    Character,
    /// A reference to nothing (XML 1.0, 4.1).
    Reference,
    /// A prefix of no namespace, or one that is reserved (Namespaces in XML 1.0, 3 and 5).
    Prefix,
    /// Two attributes of one name (XML 1.0, 3.1; Namespaces in XML 1.0, 6.3).
    DoubledAttribute,
    /// No element at all (XML 1.0, 2.1).
    NoElement,
    /// The end before the root element is closed (XML 1.0, 2.1).
    Unclosed,
    /// `--` in a comment (XML 1.0, 2.5).
    Comment,
    /// `]]>` in a text (XML 1.0, 2.4).
    SectionEnd,
    /// What may not stand where it does (XML 1.0, 2.1 and 3.1).
    Misplaced,
}

/// A line of a snapshot that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineChange {
    /// It stands in the reviewed snapshot alone.
    Reviewed(String),
    /// It came and was not reviewed.
    Came(String),
}

/// What became of a new snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Review {
    /// It was not kept.
    None,
    /// It waits for review in this file.
    Pending(PathBuf),
    /// It could not be written.
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: String,
    },
}

/// What is told of a value: its type and length, never its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sketch {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number with a fraction.
    Fraction,
    /// A whole number.
    Integer,
    /// A text of so many characters.
    Text(usize),
    /// A list of so many items.
    List(usize),
    /// An object of so many members.
    Object(usize),
}

impl Observed {
    /// Whether something else stands where a member is missing.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        matches!(
            self,
            Self::NoneOfThem | Self::Renamed(_) | Self::Deeper(_) | Self::Below(_)
        )
    }

    /// What a failed request shows.
    pub(super) fn failure(failure: &Failure) -> Self {
        Self::Failure {
            kind: failure.kind,
            message: failure.message.clone(),
        }
    }

    /// A value, or none.
    pub(super) fn value(sketch: Option<Sketch>) -> Self {
        sketch.map_or(Self::Nothing, Self::Value)
    }

    /// A text where a date-time belongs.
    pub(super) fn no_date_time(text: &str) -> Self {
        match (DateForm::of(text), Sketch::of_text(text)) {
            (Some(form), Sketch::Text(length)) => Self::Date(form, length),
            (_, sketch) => Self::Value(sketch),
        }
    }

    /// A text where an object or a list belongs.
    pub(super) fn no_tree(text: &str) -> Self {
        match Sketch::of_text(text) {
            Sketch::Text(length) if form::is_json(text) => Self::JsonText(length),
            sketch => Self::Value(sketch),
        }
    }

    /// Whether it says beside the content of an answer what other such things do not say with it.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        matches!(
            self,
            Self::Inside(..)
                | Self::Version(_)
                | Self::Cookie(..)
                | Self::Origin(_)
                | Self::Cacheable(_)
                | Self::Credential(_)
                | Self::Page
                | Self::ErrorForm(_)
        )
    }

    /// What tells causes apart: the same without what differs between answers that have one cause.
    #[must_use]
    pub fn essence(&self) -> Self {
        match self {
            Self::Failure { kind, .. } => Self::Failure {
                kind: *kind,
                message: String::new(),
            },
            // What is recognised of it makes no other cause.
            Self::Utf16 | Self::Compressed(_) => Self::NoUtf8,
            Self::Syntax(SyntaxFault::Json) => Self::Syntax(SyntaxFault::Markup {
                what: Malformed::Misplaced,
                line: 0,
                column: 0,
            }),
            Self::Garbled(garbling, _) => Self::Garbled(*garbling, Sketch::Text(0)),
            Self::SharedTag(_) => Self::SharedTag(0),
            Self::LeakedMembers(_) => Self::LeakedMembers(0),
            Self::Kept(_) => Self::Kept(0),
            Self::Syntax(SyntaxFault::Foreign { slip, .. } | SyntaxFault::Parser { slip, .. }) => {
                Self::Syntax(SyntaxFault::Parser {
                    slip: slip.clone(),
                    line: 0,
                    column: 0,
                })
            }
            Self::Syntax(SyntaxFault::Markup { what, .. }) => Self::Syntax(SyntaxFault::Markup {
                what: *what,
                line: 0,
                column: 0,
            }),
            other => other.clone(),
        }
    }
}

impl Sketch {
    /// Looks at a value.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            // A number without a fraction is a whole one, however it is spelled (JSON Schema, 4.2.3).
            Value::Number(number) if number.is_f64() && !is_whole(value) => Self::Fraction,
            Value::Number(_) => Self::Integer,
            Value::String(text) => Self::of_text(text),
            Value::Array(items) => Self::List(items.len()),
            Value::Object(members) => Self::Object(members.len()),
        }
    }

    /// Looks at a text.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self::Text(text.chars().count())
    }
}
