//! Names that somebody mistyped.
//!
//! In come a name and those that are known, out comes what to say of it.

/// What to say after an unknown name: the nearest known one, or all of them.
///
/// ```
/// # use portal_conformance::names::nearest;
/// assert_eq!(nearest("profil", &["pages", "profile"]), "; did you mean `profile`?");
/// assert_eq!(nearest("x", &["pages", "profile"]), "; known are pages, profile");
/// ```
#[must_use]
pub fn nearest(name: &str, known: &[&str]) -> String {
    let best = known
        .iter()
        .map(|other| (strsim::jaro_winkler(name, other), other))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((likeness, other)) if likeness > 0.75 => format!("; did you mean `{other}`?"),
        Some(_) => format!("; known are {}", known.join(", ")),
        None => String::new(),
    }
}
