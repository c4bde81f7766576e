//! Values that are looked up on the portal before it is tried.

use std::collections::BTreeMap;

use crate::address::leads_away;
use crate::budget::Excess;
use crate::config::LookUp;
use crate::contract::{Contract, Operation, last_words, path_variables};
use crate::names::doing::takes_away;
use crate::names::nearest;

/// The look-ups of a target, by the parameters that they find values of.
pub type LookUps = BTreeMap<String, LookUp>;

/// Why a look-up found no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoValue {
    /// The path that was read.
    pub get: String,
    /// Where in the answer values should have been.
    pub at: String,
    /// What came instead.
    pub came: Came,
}

/// What came in the place of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// No complete answer; what the libraries say.
    NoAnswer(String),
    /// A page for people with this status code.
    Page(u16),
    /// A status code that is no success.
    Status(u16),
    /// A success that is no JSON.
    NoJson,
    /// More than is read of one answer.
    TooLarge(Excess),
    /// Nothing was asked, as no value was found of the parameter that the path holds.
    Unfilled(String),
    /// JSON that has nothing there, as an empty list.
    Nothing,
    /// Values that are none of the parameter.
    NoId,
}

/// Why a look-up cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookUpError {
    /// No page documents the parameter.
    #[error("no page documents a parameter `{name}`{advice}")]
    Unknown {
        /// What was given.
        name: String,
        /// The nearest documented names.
        advice: String,
    },
    /// No page documents a parameter that the path holds.
    #[error("`get` holds {{{name}}}, and no page documents such a parameter{advice}")]
    UnknownInPath {
        /// What was given.
        name: String,
        /// The nearest documented names.
        advice: String,
    },
    /// Nobody names a value of a parameter that the path holds.
    #[error(
        "`get` holds {{{name}}}, of which nobody names a value: name one, or look it up as well"
    )]
    NeedsValue {
        /// The parameter.
        name: String,
    },
    /// The look-ups need each other's values.
    #[error("`get` holds {{{name}}}, whose own look-up needs a value of this one")]
    Circle {
        /// The parameter.
        name: String,
    },
    /// What is read is no path below the portal's URL.
    #[error("`get` is a path below the target's URL, such as api/2.0/crm/contact/filter.json")]
    Path,
    /// The words of what is read say that it takes something away.
    #[error("`get` reads, and the words of this path say that it takes something away")]
    TakesAway,
    /// What names a place in the answer does not.
    #[error("`at` is a JSON pointer in which * stands for each item, such as /response/*/id")]
    Pointer,
    /// It takes none, or more than anybody tries.
    #[error("`take` is a number from 1 to {MOST_TAKEN}")]
    Take,
}

/// How many values a look-up may take.
const MOST_TAKEN: usize = 100;

impl LookUpError {
    /// The key of the look-up that is wrong, where one is.
    #[must_use]
    pub fn key(&self) -> Option<&'static str> {
        match self {
            Self::Unknown { .. } => None,
            Self::Path
            | Self::TakesAway
            | Self::UnknownInPath { .. }
            | Self::NeedsValue { .. }
            | Self::Circle { .. } => Some("get"),
            Self::Pointer => Some("at"),
            Self::Take => Some("take"),
        }
    }
}

/// Holds the look-up of a parameter against the contract.
///
/// # Errors
///
/// [`LookUpError`] for what is wrong first.
pub fn check_look_up(name: &str, look_up: &LookUp, contract: &Contract) -> Result<(), LookUpError> {
    let known = contract.parameter_names();
    if !known.contains(&name) {
        return Err(LookUpError::Unknown {
            name: name.to_owned(),
            advice: nearest(name, &known),
        });
    }
    let mut path = look_up.get.clone();
    for other in path_variables(&look_up.get) {
        if !known.contains(&other) {
            return Err(LookUpError::UnknownInPath {
                name: other.to_owned(),
                advice: nearest(other, &known),
            });
        }
        path = path.replace(&format!("{{{other}}}"), "0");
    }
    let path = path.as_str();
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"{}\\#".contains(c);
    let (steps, _) = path.split_once('?').unwrap_or((path, ""));
    let leads_up = steps.split('/').any(leads_away);
    if path.trim_matches('/').is_empty()
        || steps.contains("://")
        || leads_up
        || !path.chars().all(is_plain)
    {
        return Err(LookUpError::Path);
    }
    if takes_away(&last_words(steps)) {
        return Err(LookUpError::TakesAway);
    }
    if !look_up.at.is_empty() && !look_up.at.starts_with('/') {
        return Err(LookUpError::Pointer);
    }
    if !(1..=MOST_TAKEN).contains(&look_up.taken()) {
        return Err(LookUpError::Take);
    }
    Ok(())
}

/// Sees to it that look-ups which need values of other parameters get them, where some parameters have a value
/// for the path of a look-up: their name and that path are given.
///
/// # Errors
///
/// The parameter whose look-up gets none, and why.
pub fn check_order(
    look_ups: &LookUps,
    has_value: impl Fn(&str, &str) -> bool,
) -> Result<(), (String, LookUpError)> {
    for (name, look_up) in look_ups {
        for other in path_variables(&look_up.get) {
            let other = other.to_owned();
            if !look_ups.contains_key(&other) && !has_value(&other, &look_up.get) {
                return Err((name.clone(), LookUpError::NeedsValue { name: other }));
            }
        }
    }
    let ordered = in_order(look_ups, |_| 0);
    let left = look_ups.keys().find(|name| !ordered.contains(name));
    match left.and_then(|name| look_ups.get_key_value(name)) {
        Some((name, look_up)) => {
            let other = path_variables(&look_up.get).into_iter();
            let mut other = other.filter(|other| look_ups.contains_key(*other));
            let other = other.next().unwrap_or_default().to_owned();
            Err((name.clone(), LookUpError::Circle { name: other }))
        }
        None => Ok(()),
    }
}

/// The value that pages show of a parameter which the path of a look-up holds: that of the path itself, else of
/// the first that has one. Runs send it as well where nobody names a value.
#[must_use]
pub fn example(name: &str, get: &str, contract: &Contract) -> Option<String> {
    let get = get.trim_start_matches('/');
    let shown = |operation: &Operation| {
        let mut path = operation.path_parameters();
        let parameter = path.find(|one| one.name == name)?;
        let values = parameter.examples().into_iter();
        let mut filled = values.filter(|value| !value.is_empty() && !leads_away(value));
        filled.next()
    };
    let (own, others): (Vec<_>, Vec<_>) = contract
        .operations
        .iter()
        .partition(|one| get.starts_with(&one.path));
    own.into_iter().chain(others).find_map(shown)
}

/// The parameters that are looked up, those first of which others need a value, else by rank; in a circle, none.
pub fn in_order(look_ups: &LookUps, rank: impl Fn(&str) -> usize) -> Vec<&String> {
    let mut left: Vec<&String> = look_ups.keys().collect();
    left.sort_by_cached_key(|name| rank(name));
    let mut ordered: Vec<&String> = Vec::new();
    while let Some(at) = left.iter().position(|name| {
        let needed = path_variables(&look_ups[*name].get);
        left.iter().all(|other| !needed.contains(&other.as_str()))
    }) {
        ordered.push(left.remove(at));
    }
    ordered
}

/// Where a look-up finds items, and where in an item its value stands: the pointer up to the last `*`, and the
/// rest.
#[must_use]
pub fn items(at: &str) -> Option<(&str, &str)> {
    let end = at.rfind("/*")? + "/*".len();
    let rest = &at[end..];
    (rest.is_empty() || rest.starts_with('/')).then(|| at.split_at(end))
}

/// Two variables of a path whose values were found apart, so that they may not belong together: one is looked up,
/// and nothing ties it to the other.
///
/// Tied are variables that one answer gives as members of one item, or of which one is looked up in a path that
/// holds the other. Of those that nobody looks up, names that end in `id` count.
#[must_use]
pub fn apart<'a>(
    variables: &[&'a str],
    look_ups: &LookUps,
    value: impl Fn(&str) -> Option<String>,
) -> Option<(&'a str, &'a str)> {
    let is_found = |name: &str| look_ups.contains_key(name);
    let names = |name: &&str| is_found(name) || name.to_ascii_lowercase().ends_with("id");
    let mut left: Vec<&str> = variables.iter().copied().filter(names).collect();
    if left.len() < 2 || !left.iter().any(|name| is_found(name)) {
        return None;
    }
    let first = left.remove(0);
    let mut tied = vec![first];
    loop {
        let is_tied = |one: &&str| {
            tied.iter()
                .any(|other| are_tied(one, other, look_ups, &value))
        };
        let (more, others): (Vec<&str>, Vec<&str>) = left.iter().partition(|one| is_tied(one));
        left = others;
        if more.is_empty() {
            break;
        }
        tied.extend(more);
    }
    left.first().map(|other| (first, *other))
}

fn are_tied(
    one: &str,
    other: &str,
    look_ups: &LookUps,
    value: impl Fn(&str) -> Option<String>,
) -> bool {
    let [own, others] = [one, other].map(|name| look_ups.get(name));
    let holds = |look_up: Option<&LookUp>, other: &str| {
        look_up.is_some_and(|look_up| {
            if path_variables(&look_up.get).contains(&other) {
                return true;
            }
            // Its value may be written out.
            let value = value(other).filter(|value| !value.is_empty());
            let mut steps = look_up.get.split(['/', '?', '&', '=']);
            value.is_some_and(|value| {
                !look_ups.contains_key(other)
                    && steps.any(|step| step == value || step == format!("{value}.json"))
            })
        })
    };
    let is_of_one_answer = || {
        let (Some(own), Some(others)) = (own, others) else {
            return false;
        };
        let [one, other] = [own, others].map(|one| items(&one.at).map(|(list, _)| list));
        own.get == others.get && one.is_some() && one == other
    };
    holds(own, other) || holds(others, one) || is_of_one_answer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract, page};

    fn of(entries: &[(&str, &str, &str)]) -> LookUps {
        let entries = entries.iter().map(|(name, get, at)| {
            let look_up = LookUp {
                get: (*get).to_owned(),
                at: (*at).to_owned(),
                take: None,
            };
            ((*name).to_owned(), look_up)
        });
        entries.collect()
    }

    #[test]
    fn look_ups_go_in_the_order_in_which_they_need_each_other() {
        let look_ups = of(&[
            ("a", "x/{b}/{c}", "/*"),
            ("b", "x/{d}", "/*"),
            ("c", "x", "/*"),
        ]);
        assert_eq!(in_order(&look_ups, |_| 0), ["b", "c", "a"]);
        assert_eq!(check_order(&look_ups, |name, _| name == "d"), Ok(()));
        let (name, error) = check_order(&look_ups, |_, _| false).unwrap_err();
        assert_eq!(name, "b");
        assert!(
            error.to_string().contains("holds {d}, of which nobody"),
            "{error}"
        );
        let circle = of(&[("a", "x/{b}", "/*"), ("b", "x/{a}", "/*"), ("c", "x", "/*")]);
        assert_eq!(in_order(&circle, |_| 0), ["c"]);
        let (name, error) = check_order(&circle, |_, _| true).unwrap_err();
        assert_eq!((name.as_str(), error.key()), ("a", Some("get")));
        assert!(
            error.to_string().contains("{b}, whose own look-up"),
            "{error}"
        );
    }

    #[test]
    fn what_takes_something_away_finds_no_values() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let told = |get: &str| {
            let look_up = LookUp {
                get: get.to_owned(),
                at: "/*/id".to_owned(),
                take: None,
            };
            check_look_up("contactid", &look_up, &contract)
        };
        for get in [
            "crm.contact.delete?id=7",
            "contacts/{projectid}/remove",
            "logout",
        ] {
            assert_eq!(told(get), Err(LookUpError::TakesAway), "{get}");
        }
        for get in ["contacts/deleted", "contacts?order=delete", "contacts"] {
            assert_eq!(told(get), Ok(()), "{get}");
        }
    }

    #[test]
    fn values_belong_together_where_one_look_up_knows_of_the_other() {
        let path = ["roomId", "kind", "exhibitId"];
        let room = ("roomId", "rooms", "/response/*/id");
        for (look_ups, is_apart) in [
            (&[][..], false),
            (&[room], true),
            (&[room, ("exhibitId", "exhibits", "/response/*/id")], true),
            (
                &[room, ("exhibitId", "rooms", "/response/*/exhibit/id")],
                false,
            ),
            (&[room, ("exhibitId", "rooms", "/other/*/id")], true),
            (&[room, ("exhibitId", "rooms", "/response/id")], true),
            (
                &[
                    room,
                    ("exhibitId", "room/{roomId}/exhibits", "/response/*/id"),
                ],
                false,
            ),
            (
                &[("exhibitId", "room/{roomId}/exhibits", "/response/*/id")],
                false,
            ),
            (&[("exhibitId", "room/7/exhibits", "/response/*/id")], false),
            (&[("exhibitId", "exhibits?room=7", "/response/*/id")], false),
            (&[("exhibitId", "room/77/exhibits", "/response/*/id")], true),
            (
                &[room, ("exhibitId", "room/7/exhibits", "/response/*/id")],
                true,
            ),
            (&[("kind", "kinds", "/*")], true),
        ] {
            let found = apart(&path, &of(look_ups), |name| {
                (name == "roomId").then(|| "7".to_owned())
            });
            assert_eq!(found.is_some(), is_apart, "{look_ups:?}");
        }
        assert_eq!(apart(&path[..1], &of(&[room]), |_| None), None);
        let two = of(&[room]);
        assert_eq!(apart(&path, &two, |_| None), Some(("roomId", "exhibitId")));
    }

    #[test]
    fn a_look_up_reads_below_the_portal_and_nothing_else() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let told = |name: &str, get: &str, at: &str, take| {
            let look_up = LookUp {
                get: get.to_owned(),
                at: at.to_owned(),
                take,
            };
            check_look_up(name, &look_up, &contract).err()
        };
        let (get, at) = ("api/2.0/crm/contact/filter.json?count=2", "/response/*/id");
        assert_eq!(told("contactid", get, at, None), None);
        assert_eq!(told("contactid", &format!("/{get}"), "", Some(100)), None);
        assert_eq!(
            told("contactid", get, "response", None),
            Some(LookUpError::Pointer)
        );
        for take in [0, 101] {
            assert_eq!(
                told("contactid", get, at, Some(take)),
                Some(LookUpError::Take)
            );
        }
        for path in [
            "",
            "/",
            "https://elsewhere.example/x",
            "a/../b",
            "a b",
            "a#b",
            "a/{contactid",
        ] {
            assert_eq!(
                told("contactid", path, at, None),
                Some(LookUpError::Path),
                "{path}"
            );
        }
        assert_eq!(told("contactid", "a/{projectid}", at, None), None);
        let unknown = told("contactid", "a/{projctid}", at, None).unwrap();
        assert_eq!(unknown.key(), Some("get"));
        let unknown = unknown.to_string();
        assert!(unknown.ends_with("did you mean `projectid`?"), "{unknown}");
        let unknown = told("contctid", get, at, None).unwrap().to_string();
        assert!(unknown.ends_with("did you mean `contactid`?"), "{unknown}");
    }
}
