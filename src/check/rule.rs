//! The rules, as data: name, family and the sentence that explains it.

use std::fmt;

/// The families of checks, in the order in which a reader should look at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Status, media type, a complete and well-formed body.
    Transport,
    /// The members around the payload.
    Envelope,
    /// The payload's members in JSON.
    Schema,
    /// The payload's members in XML.
    Shape,
    /// The resource that was asked for, and the same one each time.
    Identity,
    /// XML says what JSON says.
    Parity,
    /// What must be refused is refused.
    Refusal,
    /// The envelope as reviewed.
    Snapshot,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $id:literal: $sentence:literal;)+) => {
        /// What can be broken; the names are those that waivers use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[$doc])* #[doc = $sentence] $variant,)+
        }

        impl Rule {
            /// Every rule, in the order in which findings are shown.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in reports and waivers.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// What the rule demands, in one sentence.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }
        }
    };
}

rules! {
    NoAnswer = "no-answer": "the portal answers completely and in time";
    Status = "status": "the status code is one of a success (RFC 9110, 15.3)";
    Html = "html": "the API answers itself, not a page for people";
    MediaType = "media-type": "the answer has the media type that was asked for (RFC 9110, 8.3)";
    Charset = "charset": "the charset is absent or utf-8 (RFC 8259, 8.1; RFC 7303, 3)";
    Encoding = "encoding": "the body is UTF-8, encoded once";
    Syntax = "syntax": "the body is well-formed (RFC 8259; XML 1.0 without DOCTYPE)";
    DuplicateMember = "duplicate-member": "the members of an object have different names (RFC 8259, 4)";
    Root = "root": "the XML root element has the documented name";
    Missing = "missing": "every documented member is there";
    LetterCase = "letter-case": "member names have the documented letter case";
    Undocumented = "undocumented": "there is no member beside the documented ones";
    Constant = "constant": "the member has the one documented value";
    StatusCode = "status-code": "the envelope repeats the status code";
    ItemCount = "item-count": "the envelope counts the items of the payload";
    Zero = "zero": "a member that is left out at 0 is not written as 0";
    TooSmall = "too-small": "a number of the envelope is not below its least";
    Null = "null": "a documented member is not null";
    Type = "type": "every member has its documented type";
    Fraction = "fraction": "a whole number stays a whole number";
    DateTime = "date-time": "a date-time is one of RFC 3339";
    Guid = "guid": "a GUID has its 8-4-4-4-12 form";
    Lexical = "lexical": "XML spells a value as the profile says";
    Repeated = "repeated": "a single element stands once";
    Attribute = "attribute": "XML members are elements, not attributes";
    Namespace = "namespace": "XML elements are in no namespace";
    Mixed = "mixed": "no text stands where elements belong";
    OtherResource = "other-resource": "the answer holds the resource that was asked for";
    Dropped = "dropped": "every requested resource is in the answer";
    Added = "added": "no other resource is in the answer";
    Doubled = "doubled": "each requested resource is in the answer once";
    UnlikeRead = "unlike-read": "a resource in the answer equals the one read by its id";
    Unsteady = "unsteady": "the same question gets the same answer";
    Count = "count": "JSON and XML have lists of the same length";
    Differs = "differs": "JSON and XML have the same members with the same values";
    Accepted = "accepted": "a wrong request is not accepted";
    RefusalStatus = "refusal-status": "a refusal has the status code of its reason (RFC 9110, 15.5)";
    Leak = "leak": "a refusal holds no data of the portal";
    Snapshot = "snapshot": "the envelope looks as in the reviewed snapshot";
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 8] = [
        Self::Transport,
        Self::Envelope,
        Self::Schema,
        Self::Shape,
        Self::Identity,
        Self::Parity,
        Self::Refusal,
        Self::Snapshot,
    ];

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::Envelope => "envelope",
            Self::Schema => "schema",
            Self::Shape => "shape",
            Self::Identity => "identity",
            Self::Parity => "parity",
            Self::Refusal => "refusal",
            Self::Snapshot => "snapshot",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
