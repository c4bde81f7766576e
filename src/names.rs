//! Names that somebody wrote: mistyped ones, and patterns of several.
//!
//! In come a name and those that are known, out comes what to say of it, or whether it is meant.

mod credential;
pub(crate) mod doing;
mod patterns;

pub(crate) use credential::is_credential;
pub use patterns::Patterns;

/// A name without its signs, in small letters.
pub(crate) fn folded(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// What to say after an unknown name: the nearest known one, or all of them.
///
/// ```
/// # use portal_conformance::names::nearest;
/// assert_eq!(nearest("profil", &["pages", "profile"]), "; did you mean `profile`?");
/// assert_eq!(nearest("x", &["pages", "profile"]), "; known are pages, profile");
/// ```
#[must_use]
pub fn nearest(name: &str, known: &[&str]) -> String {
    match closest(name, known) {
        Some(other) => format!("; did you mean `{other}`?"),
        None if known.is_empty() => String::new(),
        None => format!("; known are {}", known.join(", ")),
    }
}

/// From this likeness on, a name is taken for another one mistyped: `passwd` and `pages` have 0.76.
const LIKENESS: f64 = 0.85;

/// The known name that is meant, where one is near enough.
///
/// ```
/// # use portal_conformance::names::closest;
/// assert_eq!(closest("passwd", &["pages", "profile"]), None);
/// ```
#[must_use]
pub fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = known
        .iter()
        .map(|other| (strsim::jaro_winkler(name, other), *other));
    let best = likeness.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > LIKENESS).then_some(best.1)
}

/// Whether a pattern means a name; `*` stands for any part of it.
///
/// ```
/// # use portal_conformance::names::matches;
/// assert!(matches("post-crm-*", "post-crm-contact"));
/// ```
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    has_parts(name, &parts)
}

/// Whether a text is some parts in their order with anything between them.
fn has_parts(text: &str, parts: &[&str]) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first() == Some(&text);
    };
    let Some(rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(mut rest) = rest.strip_suffix(last) else {
        return false;
    };
    middle.iter().all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// The message of the TOML library, without the value that it found and with the nearest right name.
pub(crate) fn in_our_words(message: &str) -> String {
    let message = message.replace('\n', ", ");
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let [unknown, known @ ..] = quoted.as_slice() {
        let word = |word: &str| format!("unknown {word} `{unknown}`{}", nearest(unknown, known));
        if message.starts_with("unknown field") {
            return word("key");
        }
        if message.starts_with("unknown variant") {
            return word("value");
        }
    }
    let found = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "));
    if let Some((found, expected)) = found.and_then(|found| found.rsplit_once(", expected ")) {
        let found = found.split([' ', '`', '"']).next().unwrap_or_default();
        let expected = match expected {
            "f64" => "a number",
            "usize" | "i64" | "u64" => "a whole number from 0 on",
            other => other,
        };
        return format!("expected {expected}, found {found}");
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_part_of_a_name() {
        for (pattern, name, is_meant) in [
            ("a::json::schema", "a::json::schema", true),
            ("a::json::schema", "a::json::schema::all", false),
            ("a::*", "a::json::schema", true),
            ("*", "a::json::schema", true),
            ("*::schema", "a::json::schema", true),
            ("*json*", "a::json::schema", true),
            ("*xml*", "a::json::schema", false),
            ("a*a", "a", false),
            ("*b*a*", "a::b", false),
        ] {
            assert_eq!(matches(pattern, name), is_meant, "{pattern} {name}");
        }
    }
}
