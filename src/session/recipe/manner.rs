//! What says how something is undone, or why, and nothing of what it is done to.
//!
//! In come names and values of queries and bodies, and words of paths. What is not listed here may turn a step round
//! or widen it (`invert`, `mode = "except"`, `/others`): lists of what may not stand would never be whole.

use crate::session::recipe::called::{is_doing, is_removing, words};
use crate::session::recipe::fill::decoded;

/// Words in the names of what is yes or no, which 1 and 0 mean as well.
const FLAGS: [&str; 13] = [
    "confirm",
    "confirmed",
    "dry",
    "force",
    "forced",
    "hard",
    "immediate",
    "immediately",
    "permanent",
    "permanently",
    "recursive",
    "silent",
    "soft",
];
/// Words beside them.
const BESIDE_FLAGS: [&str; 4] = ["deletion", "do", "is", "run"];
/// Names of more of that kind, which are whole.
const WHOLE_FLAGS: [&str; 14] = [
    "allow undo",
    "async",
    "delete after",
    "delete forever",
    "enable undo",
    "forever",
    "opt pretty",
    "pretty",
    "purge",
    "quiet",
    "skip recycle bin",
    "skip trash",
    "undoable",
    "wait",
];
/// Words in the names of what says who is told, and beside them.
const TOLD: [&str; 3] = ["notification", "notifications", "notify"];
const BESIDE_TOLD: [&str; 13] = [
    "all", "email", "emails", "everyone", "is", "mail", "members", "no", "people", "send", "skip",
    "user", "users",
];
/// Names of more of that kind, which are whole.
const WHOLE_TOLD: [&str; 4] = ["send email", "send emails", "send mail", "send updates"];
/// Words in the names of what says how, and beside them.
const MODES: [&str; 9] = [
    "action", "how", "kind", "method", "mode", "option", "options", "type", "way",
];
const BESIDE_MODES: [&str; 5] = ["archive", "cancel", "close", "deletion", "removal"];
/// What is said of how.
const WAYS: [&str; 17] = [
    "async",
    "default",
    "force",
    "forced",
    "hard",
    "immediate",
    "logical",
    "none",
    "normal",
    "permanent",
    "permanently",
    "physical",
    "safe",
    "silent",
    "soft",
    "sync",
    "trash",
];
/// Words in the names of what says why, and beside them.
const REASONS: [&str; 8] = [
    "cause",
    "comment",
    "confirmation",
    "explanation",
    "message",
    "note",
    "reason",
    "why",
];
const BESIDE_REASONS: [&str; 9] = [
    "archive",
    "audit",
    "cancel",
    "cancellation",
    "close",
    "deletion",
    "for",
    "removal",
    "text",
];
/// Names of what says in which form it is answered.
const FORMS: [&str; 8] = [
    "alt", "charset", "culture", "format", "lang", "language", "locale", "output",
];
/// Words in the names of what bears the name of the run, or says who has to do with a thing.
const TELLING: [&str; 28] = [
    "assign",
    "assignee",
    "author",
    "caption",
    "creator",
    "customer",
    "description",
    "key",
    "label",
    "labels",
    "manager",
    "name",
    "names",
    "notes",
    "owner",
    "people",
    "person",
    "reassign",
    "responsible",
    "reviewer",
    "slug",
    "subject",
    "summary",
    "tag",
    "tags",
    "text",
    "title",
    "transfer",
];
/// Names of more of that kind, which are whole.
const WHOLE_TELLING: [&str; 9] = [
    "assign to",
    "created by",
    "display name",
    "first name",
    "full name",
    "last name",
    "new owner",
    "reassign to",
    "transfer to",
];
/// Words for ids behind them.
const IDS: [&str; 2] = ["id", "ids"];
/// Parts of a thing, which go with it and are nobody else's.
const PARTS: [&str; 22] = [
    "address",
    "attachment",
    "avatar",
    "comment",
    "cover",
    "email",
    "icon",
    "image",
    "label",
    "lock",
    "logo",
    "note",
    "permission",
    "phone",
    "photo",
    "picture",
    "reaction",
    "share",
    "subtask",
    "tag",
    "thumbnail",
    "watcher",
];
/// Those who are tied to it: taken away, they are where they were.
const TIED: [&str; 4] = ["assignee", "member", "responsible", "team"];
/// Parts that nobody else shares, which may be named as taken away with a thing: `deleteSubtasks`.
const GOING_WITH: [&str; 9] = [
    "attachment",
    "attachments",
    "comment",
    "comments",
    "note",
    "notes",
    "subtask",
    "subtasks",
    "thumbnails",
];
/// First words of the names of what whoever asks can do: `supportsAllDrives`.
const ABLE: [&str; 4] = ["accept", "accepts", "support", "supports"];
/// Words in the names of what is done beside, or not: `wf_trigger`, `includeLinked`.
const BESIDE: [&str; 16] = [
    "allow",
    "apply",
    "cascade",
    "do",
    "enable",
    "force",
    "include",
    "notify",
    "propagate",
    "recurse",
    "run",
    "send",
    "trigger",
    "update",
    "use",
    "with",
];
/// What words of names begin with or hold that narrow: to say no to them is to take more.
const NARROWING: [&str; 19] = [
    "except", "exact", "exclu", "ignor", "inver", "keep", "limit", "match", "omit", "only", "own",
    "preserv", "prevent", "protect", "restrict", "retain", "skip", "spar", "strict",
];
/// Beginnings of words that turn them round, and those of words that begin so and do not.
const TURNING: [&str; 5] = ["dis", "in", "no", "un", "without"];
const NOT_TURNING: [&str; 7] = ["display", "inc", "index", "instant", "note", "noti", "undo"];
/// Values that leave a choice to the portal, as where it is not named.
const LEFT: [&str; 3] = ["auto", "automatic", "default"];
/// Words of paths that make something empty, of which a parameter that nobody knows takes nothing out.
const EMPTYING: [&str; 6] = ["clear", "empty", "flush", "purge", "reset", "wipe"];
/// What says yes in a query, where nothing at all does too.
const YES: [&str; 6] = ["", "on", "t", "true", "y", "yes"];
/// What says no.
const NO: [&str; 7] = ["f", "false", "n", "no", "none", "null", "off"];

/// Whether a text says yes.
pub(super) fn says_yes(text: &str) -> bool {
    YES.contains(&plain(text).as_str())
}

/// Whether it says no.
pub(super) fn says_no(text: &str) -> bool {
    NO.contains(&plain(text).as_str())
}

/// Whether a name says alone that its value is about how something is done, and is yes or no: `hardDelete`.
pub(super) fn is_flag(name: &str) -> bool {
    let words = words(name);
    let is_beside = |word: &str| BESIDE_FLAGS.contains(&word) || is_removing(word);
    is_made_of(&words, &FLAGS, is_beside) || WHOLE_FLAGS.contains(&words.join(" ").as_str())
}

/// Whether a value under a name says how something is done, why, or who is told.
pub(super) fn admits(name: &str, value: &str) -> bool {
    let text = plain(value);
    let is_answer = says_yes(&text) || says_no(&text);
    let words = words(name);
    let is_of = |known: &[&str], beside: &[&str]| {
        is_made_of(&words, known, |word| {
            beside.contains(&word) || is_removing(word)
        })
    };
    let is_way =
        || is_answer || WAYS.contains(&text.as_str()) || is_doing(&text) && !empties(&text);
    let is_told = is_made_of(&words, &TOLD, |word| BESIDE_TOLD.contains(&word))
        || WHOLE_TOLD.contains(&words.join(" ").as_str());
    is_of(&REASONS, &BESIDE_REASONS)
        || is_told
        || matches!(words.as_slice(), [one] if FORMS.contains(&one.as_str()))
        || is_of(&MODES, &BESIDE_MODES) && is_way()
        || is_flag(name) && (is_answer || matches!(text.as_str(), "0" | "1"))
        || is_answer && (takes_own(&words) || is_able(name))
}

/// Whether a name says what is taken away with a thing and is nobody else's: `deleteSubtasks`.
fn takes_own(words: &[String]) -> bool {
    let is_own = |word: &String| GOING_WITH.contains(&word.as_str());
    matches!(words, [verb, of] if is_removing(verb) && is_own(of))
        || matches!(words, [verb, sub, of] if is_removing(verb) && sub == "sub" && of == "tasks")
}

/// Whether a name says what whoever asks can do, and nothing of what is done: `supportsAllDrives`.
pub(super) fn is_able(name: &str) -> bool {
    let words = words(name);
    words.len() > 1 && ABLE.contains(&words[0].as_str())
}

/// Whether a value leaves a step as it is without it, whatever its name means: it says no to what would be done beside,
/// or leaves a choice to the portal. Of a name that may narrow what is done (`keepOnly`, `unlinked`), no says more. Where
/// others may be meant beside the thing (`is_alone` is not so), the name must say that something is done.
pub(super) fn leaves(name: &str, value: &str, is_alone: bool) -> bool {
    let text = plain(value);
    let words = words(name);
    let says = |word: &str| BESIDE.contains(&word) || is_removing(word);
    let is_beside = words.iter().any(|word| says(word));
    let is_no = text == "false" || is_beside && (says_no(&text) || text == "0");
    let is_left = is_no || LEFT.contains(&text.as_str());
    is_left
        && (is_alone || is_beside)
        && !words.is_empty()
        && !words.iter().any(|word| narrows(word))
}

/// Whether a word of a name may make less of what is done.
fn narrows(word: &str) -> bool {
    let is_turned = TURNING.iter().any(|of| word.starts_with(of));
    let is_turned = is_turned && !NOT_TURNING.iter().any(|of| word.starts_with(of));
    is_turned || NARROWING.iter().any(|of| word.contains(of))
}

/// Whether a name says of a value that it is told of a thing, and not by what others are found.
pub(super) fn is_telling(name: &str) -> bool {
    let words = words(name);
    let of = words.split_last();
    let of = of.filter(|(last, _)| IDS.contains(&last.as_str()));
    let of = of.map_or(words.as_slice(), |(_, of)| of);
    let is_known = |word: &String| {
        let word = word.as_str();
        TELLING.contains(&word) || REASONS.contains(&word)
    };
    !words.is_empty() && (of.iter().all(is_known) || WHOLE_TELLING.contains(&of.join(" ").as_str()))
}

/// Whether members stand around what says how something is done: `options = { mode = "soft" }`.
pub(super) fn is_around(name: &str) -> bool {
    matches!(
        plain(name).as_str(),
        "option" | "options" | "parameters" | "params" | "settings"
    )
}

/// Whether a word of a path behind a thing is called as a part of it is, or as who is tied to it.
pub(super) fn is_part(word: &str) -> bool {
    let word = plain(word);
    let one = word.strip_suffix("es").filter(|one| one.ends_with('s'));
    let one = one.or(word.strip_suffix('s')).unwrap_or(&word);
    let is_one = |known: &[&str]| known.contains(&one) || known.contains(&word.as_str());
    is_one(&PARTS) || is_one(&TIED)
}

/// Whether a word of a path empties what it is done to.
pub(super) fn empties(word: &str) -> bool {
    let words = words(word);
    words.iter().any(|word| EMPTYING.contains(&word.as_str()))
}

/// Whether a name of a parameter or a member is one to every reader: letters, digits, `_` and `-`, with `@` or `$`
/// before them and the brackets of a list behind. `id!`, `-id`, `id[ne]` and `not.id` mean more to some.
pub(super) fn is_plain_name(name: &str) -> bool {
    let name = name.strip_prefix(['@', '$']).unwrap_or(name);
    let name = without_list(name);
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_ended = name.starts_with('-') || name.ends_with('-');
    !name.is_empty() && !is_ended && name.chars().all(is_of_name)
}

/// A name without the brackets of a list.
pub(super) fn without_list(name: &str) -> &str {
    let bare = name.strip_suffix("[]").or_else(|| name.strip_suffix("[0]"));
    bare.unwrap_or(name)
}

/// Whether all words are of one of two kinds, and one of them of the first.
fn is_made_of(words: &[String], known: &[&str], is_beside: impl Fn(&str) -> bool) -> bool {
    let is_known = |word: &String| known.contains(&word.as_str());
    words.iter().any(is_known) && words.iter().all(|word| is_known(word) || is_beside(word))
}

fn plain(text: &str) -> String {
    decoded(text).trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_how_is_known_by_all_of_its_words() {
        for (name, value, expected) in [
            ("force", "true", true),
            ("hardDelete", "1", true),
            ("is_permanent", "no", true),
            ("deleteAfter", "true", true),
            ("skipTrash", "", true),
            ("notifyUsers", "none", true),
            ("send-notification", "false", true),
            ("deletionReason", "a test", true),
            ("why", "it was made by a run", true),
            ("deleteMode", "soft", true),
            ("action", "delete", true),
            ("_method", "DELETE", true),
            ("lang", "en", true),
            ("type", "hard", true),
            ("type", "person", false),
            ("mode", "inverse", false),
            ("mode", "allexcept", false),
            ("action", "clear", false),
            ("force", "others", false),
            ("forceUser", "true", false),
            ("invert", "true", false),
            ("not", "true", false),
            ("exclude", "true", false),
            ("others", "1", false),
            ("includeLinked", "true", false),
            ("keepOnly", "false", false),
            ("deleteOthers", "true", false),
            ("purgeCompany", "true", false),
            ("deleteSubtasks", "true", true),
            ("delete_sub_tasks", "true", true),
            ("deleteComments", "false", true),
            ("deleteTags", "true", false),
            ("supportsAllDrives", "true", true),
            ("supports", "true", false),
            ("enableUndo", "true", true),
            ("opt_pretty", "", true),
            ("emptyTrash", "true", false),
            ("purge_trash", "true", false),
            ("", "true", false),
        ] {
            assert_eq!(admits(name, value), expected, "{name}={value}");
        }
        assert!(is_telling("lastName") && is_telling("reassignTo") && is_telling("owner_id"));
        for name in [
            "to",
            "lastId",
            "last",
            "not_name",
            "before",
            "excludeIds",
            "",
        ] {
            assert!(!is_telling(name), "{name}");
        }
    }

    #[test]
    fn what_says_no_takes_no_more_unless_its_name_narrows() {
        for (name, value, alone, beside_others) in [
            ("wf_trigger", "false", true, true),
            ("deleteSubtasks", "0", true, true),
            ("includeLinked", "no", true, true),
            ("notifyEveryone", "false", true, true),
            ("draft", "false", true, false),
            ("archived", "false", true, false),
            ("adjustEstimate", "auto", true, false),
            ("draft", "0", false, false),
            ("older", "no", false, false),
            ("status", "none", false, false),
            ("includeLinked", "true", false, false),
            ("keepOnly", "false", false, false),
            ("excludeOthers", "false", false, false),
            ("notRecursive", "false", false, false),
            ("nocascade", "false", false, false),
            ("noCascade", "0", false, false),
            ("withoutChildren", "false", false, false),
            ("unlinked", "false", false, false),
            ("disableCascade", "false", false, false),
            ("limitToOwn", "false", false, false),
            ("exactMatch", "false", false, false),
            ("inactive", "false", false, false),
            ("", "false", false, false),
        ] {
            assert_eq!(leaves(name, value, true), alone, "{name}={value}");
            assert_eq!(leaves(name, value, false), beside_others, "{name}={value}");
        }
    }

    #[test]
    fn a_name_with_a_mark_is_none_to_every_reader() {
        for name in [
            "id",
            "_id",
            "@id",
            "$id",
            "ids[]",
            "contact-ids[0]",
            "contactId",
        ] {
            assert!(is_plain_name(name), "{name}");
        }
        for name in [
            "id!",
            "!id",
            "-id",
            "id-",
            "id<",
            "id~",
            "id[ne]",
            "id[1]",
            "not.id",
            "id:not",
            "",
            "@",
            "i\u{500}d",
            "@@id",
        ] {
            assert!(!is_plain_name(name), "{name}");
        }
    }

    #[test]
    fn a_part_of_a_thing_is_nothing_else() {
        for word in ["photo", "addresses", "tags", "members", "team"] {
            assert!(is_part(word), "{word}");
        }
        for word in [
            "others",
            "linked",
            "colleagues",
            "children",
            "group",
            "photoshop",
        ] {
            assert!(!is_part(word), "{word}");
        }
    }
}
