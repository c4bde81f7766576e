//! The rules, as data.
//!
//! The list below names each rule with its sentence and its entry; entries stand in the files of
//! this folder, by what they are about. `docs/checks.md` is made of both.

mod aside;
mod comparison;
mod entry;
mod envelope;
mod levels;
mod markup;
mod member;
mod refusal;
mod transport;

use std::fmt;

pub use entry::{About, Entry, Family};
pub use levels::{LevelError, Levels, REMARKS};

macro_rules! rules {
    ($($variant:ident = $group:ident::$entry:ident: $sentence:literal;)+) => {
        /// What can be broken; the names are those that waivers use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $sentence] $variant,)+
        }

        impl Rule {
            /// Every rule, in the order in which findings are shown.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// What is known of it.
            #[must_use]
            pub fn entry(self) -> &'static Entry {
                match self { $(Self::$variant => &$group::$entry,)+ }
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
    NoAnswer = transport::NO_ANSWER: "the portal answers completely and in time";
    Status = transport::STATUS: "the status code is one of a success (RFC 9110, 15.3)";
    Html = transport::HTML: "the API answers itself, not a page for people";
    MediaType = transport::MEDIA_TYPE: "the answer has the media type that was asked for (RFC 9110, 8.3)";
    Charset = transport::CHARSET: "the charset is absent or utf-8, or says the same of bytes that are all ASCII (RFC 8259, 8.1; RFC 7303, 3)";
    Encoding = transport::ENCODING: "the body is UTF-8, encoded once";
    Garbled = transport::GARBLED: "texts are stored as they were meant";
    Syntax = transport::SYNTAX: "the body is well-formed (RFC 8259; XML 1.0 without DOCTYPE)";
    DuplicateMember = transport::DUPLICATE_MEMBER: "the members of an object have different names (RFC 8259, 4)";
    Root = markup::ROOT: "the XML root element has the documented name";
    Missing = member::MISSING: "every documented member is there";
    LetterCase = member::LETTER_CASE: "member names have the documented letter case";
    Undocumented = member::UNDOCUMENTED: "there is no member beside the documented ones";
    Misplaced = member::MISPLACED: "a member that another one decides about stands only where that says so";
    Constant = member::CONSTANT: "the member has the one documented value";
    StatusCode = envelope::STATUS_CODE: "the envelope repeats the status code";
    ItemCount = envelope::ITEM_COUNT: "the envelope counts the items of the payload";
    Zero = envelope::ZERO: "a member that is left out at 0 is not written as 0";
    TooSmall = member::TOO_SMALL: "a number is not below its least";
    TooLarge = member::TOO_LARGE: "a number is not above its greatest";
    OneOf = member::ONE_OF: "a value is one of those that are listed";
    Matches = member::MATCHES: "a text matches its regular expression";
    Length = member::LENGTH: "a text has as many characters as it may have";
    Sealed = member::SEALED: "an object has no members beside those that its schema admits";
    WriteOnly = member::WRITE_ONLY: "an answer holds no member that its schema has for requests alone";
    Null = member::NULL: "a documented member is not null";
    Type = member::TYPE: "every member has its documented type";
    Fraction = member::FRACTION: "a whole number stays a whole number";
    DateTime = member::DATE_TIME: "a date-time is one of RFC 3339";
    Guid = member::GUID: "a GUID has its 8-4-4-4-12 form";
    Lexical = markup::LEXICAL: "XML spells a value as the profile says";
    Repeated = markup::REPEATED: "a single element stands once";
    Attribute = markup::ATTRIBUTE: "XML members are elements, not attributes";
    Namespace = markup::NAMESPACE: "XML elements are in no namespace";
    Mixed = markup::MIXED: "no text stands where elements belong";
    OtherResource = comparison::OTHER_RESOURCE: "the answer holds the resource that was asked for";
    Unidentified = comparison::UNIDENTIFIED: "a resource says which one it is";
    Dropped = comparison::DROPPED: "every requested resource is in the answer";
    Part = comparison::PART: "a list holds all that was asked for, not a first part of it";
    Added = comparison::ADDED: "no other resource is in the answer";
    Doubled = comparison::DOUBLED: "each requested resource is in the answer once";
    NotKept = comparison::NOT_KEPT: "what was written is there when it is read back";
    NotDeleted = comparison::NOT_DELETED: "what was deleted is not there any more";
    NotWritten = comparison::NOT_WRITTEN: "a PUT or PATCH that succeeds changes what it sends otherwise";
    KeptTwice = comparison::KEPT_TWICE: "what was written is there once";
    OthersLost = comparison::OTHERS_LOST: "a write leaves what it does not name";
    RefusedKept = comparison::REFUSED_KEPT: "what was refused changes nothing";
    UnlikeRead = comparison::UNLIKE_READ: "a resource in the answer equals the one read by its id";
    ChangedByWrite = comparison::CHANGED_BY_WRITE: "a resource reads the same before and after a write that names it, but for what the write sends";
    Unsteady = comparison::UNSTEADY: "the same question gets the same answer";
    Living = comparison::LIVING: "what is another value in each answer is noted as such";
    FirstAnswer = comparison::FIRST_ANSWER: "the first answer about a resource is like all later ones";
    Count = comparison::COUNT: "JSON and XML have lists of the same length";
    Differs = comparison::DIFFERS: "JSON and XML have the same members with the same values";
    Ordered = comparison::ORDERED: "a list whose order counts keeps it";
    Order = comparison::ORDER: "a list keeps its order";
    UndocumentedDiffers = comparison::UNDOCUMENTED_DIFFERS: "JSON and XML say the same beyond the documented members";
    Spelling = comparison::SPELLING: "XML spells numbers and GUIDs as JSON does";
    EchoedToken = aside::ECHOED_TOKEN: "an answer does not repeat the credential of who asked";
    Cacheable = aside::CACHEABLE: "no cache keeps private data for others (RFC 9111, 3.5)";
    SharedTag = aside::SHARED_TAG: "resources that differ have different validators (RFC 9110, 8.8.3)";
    Cookie = aside::COOKIE: "a cookie that tells who somebody is goes to the portal alone";
    AnyOrigin = aside::ANY_ORIGIN: "no other site reads answers as the user who visits it (Fetch, 3.3.5)";
    ServerVersion = aside::SERVER_VERSION: "headers do not say which version of which software answers (RFC 9110, 10.2.4)";
    Accepted = refusal::ACCEPTED: "a wrong request is not accepted";
    RefusalStatus = refusal::REFUSAL_STATUS: "a refusal has the status code of its reason (RFC 9110, 15.5)";
    LooseId = refusal::LOOSE_ID: "an id has one spelling (RFC 9110, 4.2.3)";
    LooseRefusal = refusal::LOOSE_REFUSAL: "an id in a loose spelling is refused with some 4xx (RFC 9110, 15.5)";
    TokenPlace = refusal::TOKEN_PLACE: "a token opens nothing where no page says that it may stand (RFC 6750, 2.3)";
    Existence = refusal::EXISTENCE: "a request without a token is refused alike for known and unknown ids (RFC 9110, 15.5.4)";
    Leak = refusal::LEAK: "a refusal holds no data of the portal";
    Disclosure = aside::DISCLOSURE: "a refusal says nothing of the portal's inside";
    RefusalFormat = aside::REFUSAL_FORMAT: "a refusal says why in the format that was asked for";
    ErrorEnvelope = aside::ERROR_ENVELOPE: "an error has the form that the profile says";
    Snapshot = comparison::SNAPSHOT: "the envelope looks as in the reviewed snapshot";
    SnapshotUnreviewed = comparison::SNAPSHOT_UNREVIEWED: "somebody has reviewed how the envelope looks";
}

impl Rule {
    /// The name in reports and waivers.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// Whether it bounds values, whatever their type.
    #[must_use]
    pub fn is_of_values(self) -> bool {
        self.entry().about == About::Value
    }

    /// Whether a break is always of a member that pages or profile document, or of what such members stand in: what a
    /// finding may be about is then known before anything is asked.
    #[must_use]
    pub fn is_of_documented(self) -> bool {
        matches!(self.entry().about, About::Value | About::Documented)
    }

    /// Whether a break is told once for a run, in the first case that shows it: one of what answers say beside
    /// their content.
    #[must_use]
    pub fn is_told_once(self) -> bool {
        self.entry().about == About::Server
    }

    /// The rule of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == name)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_an_entry_of_its_own_that_says_all() {
        let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            let entry = rule.entry();
            assert!(!entry.families.is_empty(), "{rule}");
            for text in [entry.reason, entry.reference, entry.kept, entry.broken] {
                assert!(!text.is_empty(), "{rule}");
            }
            assert_ne!(entry.kept, entry.broken, "{rule}");
            assert!(entry.reason.ends_with('.'), "{rule}");
        }
    }
}
