//! Words of paths and of names of operations that say what is done.

/// Words of paths that say what is done, and to nothing: `contact/delete/7` is about a contact.
pub(crate) const DOINGS: [&str; 12] = [
    "archive",
    "cancel",
    "clear",
    "close",
    "deactivate",
    "disable",
    "revoke",
    "terminate",
    "undo",
    "unlink",
    "unpublish",
    "update",
];
/// Those that take away what they are done to.
pub(crate) const REMOVING: [&str; 8] = [
    "delete", "destroy", "discard", "drop", "erase", "purge", "remove", "trash",
];
/// Those of both that are things as often: an `archive` is read.
const THINGS: [&str; 6] = ["archive", "close", "drop", "trash", "undo", "update"];
/// Words that end who asks.
const LEAVING: [&str; 4] = ["logoff", "logout", "signoff", "signout"];
/// Others that take something away.
const TAKING: [&str; 5] = ["deauthorize", "invalidate", "reset", "unsubscribe", "wipe"];
/// Words that empty what stands before them.
const EMPTYING: [&str; 4] = ["clear", "erase", "purge", "wipe"];
/// Words before others that ask or say when, and do nothing.
const ASKING: [&str; 25] = [
    "allow", "are", "auto", "can", "check", "count", "fetch", "find", "get", "has", "is", "last",
    "list", "may", "next", "on", "pending", "preview", "query", "read", "retrieve", "search",
    "should", "show", "view",
];
/// Words behind a verb with which it is the name of a thing: `remove-history`.
const OF_THINGS: [&str; 33] = [
    "by",
    "candidates",
    "count",
    "date",
    "event",
    "events",
    "fee",
    "fees",
    "history",
    "info",
    "job",
    "jobs",
    "link",
    "list",
    "log",
    "logs",
    "options",
    "policies",
    "policy",
    "preview",
    "queue",
    "reason",
    "reasons",
    "report",
    "reports",
    "requests",
    "rules",
    "settings",
    "state",
    "statistics",
    "stats",
    "status",
    "url",
];
/// What may end a path and says nothing of what is done.
const ENDINGS: [&str; 6] = ["action", "aspx", "do", "json", "php", "xml"];

/// Whether a step of a path or a name of an operation says that it takes something away or ends who asks: a verb stands
/// first or last in it, as a whole word.
pub(crate) fn takes_away(name: &str) -> bool {
    says(name, |word| {
        let is_one = DOINGS.contains(&word) || REMOVING.contains(&word);
        is_one && !THINGS.contains(&word) || LEAVING.contains(&word) || TAKING.contains(&word)
    })
}

/// Whether it says that it empties what stands before it.
pub(crate) fn empties(name: &str) -> bool {
    says(name, |word| EMPTYING.contains(&word))
}

/// Whether it says that it ends who asks.
pub(crate) fn leaves(name: &str) -> bool {
    says(name, |word| LEAVING.contains(&word))
}

fn says(name: &str, is_verb: impl Fn(&str) -> bool) -> bool {
    let mut words = words(name);
    while words.len() > 1
        && words
            .last()
            .is_some_and(|last| ENDINGS.contains(&last.as_str()))
    {
        words.pop();
    }
    let is_asking = words
        .first()
        .is_some_and(|first| ASKING.contains(&first.as_str()));
    if is_asking {
        return false;
    }
    let is_of_thing = words
        .last()
        .is_some_and(|last| OF_THINGS.contains(&last.as_str()));
    let is_verb = |some: &[String]| is_verb(&some.concat());
    let begins = words.get(..1).is_some_and(is_verb) || words.get(..2).is_some_and(is_verb);
    let from = |many: usize| words.len().checked_sub(many).map(|at| &words[at..]);
    let ends = from(1).is_some_and(is_verb) || from(2).is_some_and(is_verb);
    ends || begins && !is_of_thing
}

/// The words of a name, in small letters: between signs, and from a capital behind a small letter on.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_small = false;
    for c in name.chars() {
        let begins = !c.is_alphanumeric() || is_small && c.is_uppercase();
        if begins {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        is_small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_that_stands_first_or_last_says_what_is_done() {
        for name in [
            "delete",
            "crm.contact.delete",
            ":revoke",
            "deleteContact",
            "remove-user",
            "bulk-delete",
            "logout",
            "log-out",
            "signOut",
            "deactivate.json",
            "reset",
            "reset_password",
            "ContactController_remove",
            "deactivate_user_users__id__deactivate_get",
            "PURGE",
        ] {
            assert!(takes_away(name), "{name}");
        }
        for name in [
            "deleted",
            "resets",
            "remove-history",
            "cancel-reasons",
            "archive",
            "trash",
            "can-delete",
            "auto-delete",
            "getDeletedItems",
            "get_users_id_reset",
            "listRevoke",
            "contact",
            "undeleted",
            "closet",
            "presets",
            "",
        ] {
            assert!(!takes_away(name), "{name}");
        }
        assert!(empties("clear") && !empties("delete") && !empties("clearance"));
        assert!(leaves("signOut") && !leaves("login"));
    }
}
