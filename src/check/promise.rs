//! What the contract promises at a place, as far as a violation tells it.

use crate::check::observed::Sketch;
use crate::contract::Format;
use crate::shape::{Condition, Kind, Shape, Type};

/// What the contract promises at a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// A complete answer.
    Answer,
    /// An answer of a size that can be read.
    ReadableAnswer,
    /// An answer of the API itself.
    ApiAnswer,
    /// One of these status codes.
    Status(Vec<u16>),
    /// Some status code from 400 to 499.
    ClientError,
    /// One of these media types.
    MediaType(Vec<String>),
    /// The charset `utf-8`, or none.
    Charset,
    /// A body in UTF-8.
    Utf8,
    /// Texts that were encoded once.
    EncodedOnce,
    /// A well-formed body.
    Syntax(Format),
    /// A member that stands once.
    Once,
    /// A member that the page documents.
    Documented,
    /// A member that only the profile knows.
    OfProfile {
        /// The profile's name.
        profile: String,
        /// What the profile says of it.
        because: Option<String>,
    },
    /// The members of this object, in it.
    ItsMembers,
    /// No member of this name, where none of those stands that belong there.
    NoneOfThese,
    /// No member of this name.
    NoMember,
    /// No element of this name.
    NoElement,
    /// A value of a type.
    Type {
        /// The type.
        kind: Type,
        /// Whether `null` is promised as well.
        or_null: bool,
    },
    /// A value of one of these types.
    AnyType {
        /// The types, in the order of the document.
        kinds: Vec<Type>,
        /// Whether `null` is promised as well.
        or_null: bool,
    },
    /// All members of one of these lists.
    AnySet(Vec<Vec<String>>),
    /// Whatever the page documents.
    AsDocumented,
    /// One number.
    Constant(i64),
    /// The two words of an XML boolean.
    Booleans {
        /// The word for true.
        yes: String,
        /// The word for false.
        no: String,
    },
    /// A root element of this name.
    Root(String),
    /// One element.
    OneElement,
    /// No attribute.
    NoAttribute,
    /// No namespace.
    NoNamespace,
    /// Elements and no text.
    ElementsOnly,
    /// The status code of the answer, in the envelope.
    StatusCode(u64),
    /// The number of items of the payload, in the envelope.
    ItemCount(u64),
    /// No fewer than the items of the payload.
    Total(u64),
    /// A number that is no smaller.
    AtLeast(i64),
    /// A number that is no larger.
    AtMost(i64),
    /// One of these values, texts as they are and others as JSON has them.
    OneOf(Vec<String>),
    /// A text of so many characters.
    Length {
        /// The fewest.
        least: Option<usize>,
        /// The most.
        most: Option<usize>,
    },
    /// A text that matches this regular expression as a whole.
    Matches(String),
    /// A text of this format of `OpenAPI`.
    Format(&'static str),
    /// To stand only in objects where this boolean member says so.
    OnlyWhere {
        /// The member, by its name on the wire.
        member: String,
        /// What it says there.
        is: bool,
    },
    /// To be left out at 0.
    OmittedAtZero,
    /// The one id that was asked for.
    AskedId,
    /// Only ids that were asked for.
    AskedIds,
    /// Each resource once.
    EachOnce,
    /// All of so many resources.
    AllAsked(usize),
    /// So many resources that were written, when they are read back.
    Kept(usize),
    /// What a write sent, when it is read back.
    Written,
    /// What a write made, when it is read by its id.
    Made,
    /// What a write deleted to be gone.
    Deleted,
    /// What a write does not name to stay.
    OthersKept,
    /// What was refused to change nothing.
    NoEffect,
    /// The same answer each time.
    SameAnswer,
    /// The same status code each time; none for no answer.
    SameStatus(Option<u16>),
    /// The same words each time.
    SameWords,
    /// What JSON has in the same place.
    AsInJson(Option<Sketch>),
    /// A value spelled as JSON spells it.
    SpelledAsInJson,
    /// The items of a list in the same order.
    SameOrder,
    /// What the resource has when it is read by its id.
    AsRead(Option<Sketch>),
    /// What the resource had when it was read before the first write.
    AsBeforeWrite(Option<Sketch>),
    /// What the write sent.
    AsSent(Option<Sketch>),
    /// No data of the portal.
    NoData,
    /// Nothing that tells of the portal's inside.
    NothingInside,
    /// No version of software.
    NoVersion,
    /// A cookie that nobody but the portal gets.
    Guarded,
    /// Leave for sites that are known, or for none.
    KnownOrigins,
    /// An answer that no cache keeps for others.
    NotShared,
    /// Another `ETag` for each resource.
    OwnTag,
    /// No credential.
    NoCredential,
    /// The error envelope of this profile.
    ErrorOf(String),
    /// The envelope that this snapshot holds.
    Envelope(String),
    /// A reviewed snapshot of this name.
    Reviewed(String),
}

impl Promise {
    /// What a condition promises of a member that must not stand elsewhere.
    pub(super) fn only_where(when: &Condition) -> Self {
        Self::OnlyWhere {
            member: when.member.clone(),
            is: when.is,
        }
    }

    /// The type of a shape.
    pub(super) fn of(shape: &Shape) -> Self {
        let any_of = shape.domain.iter().flat_map(|domain| &domain.any_of);
        let mut kinds: Vec<Type> = Vec::new();
        for one in any_of {
            let kind = one.kind.type_of();
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if let ([kind], Kind::Mixed) = (kinds.as_slice(), &shape.kind) {
            return Self::Type {
                kind: *kind,
                or_null: shape.nullable,
            };
        }
        if kinds.len() > 1 {
            return Self::AnyType {
                kinds,
                or_null: shape.nullable,
            };
        }
        Self::Type {
            kind: shape.kind.type_of(),
            or_null: shape.nullable,
        }
    }
}
