//! How documented names of members are spelled on the wire: one rule for all names of a portal.

use serde::Deserialize;

/// How documented member names are spelled on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemberCase {
    /// As on the page.
    Documented,
    /// After the camel-case rule of Json.NET: `SmallFotoUrl` is `smallFotoUrl`, `ID` is `id`.
    Camel,
    /// With a capital at the start: `id` is `Id`.
    Pascal,
    /// In small letters: `SmallFotoUrl` is `smallfotourl`.
    Lower,
    /// In capitals: `SmallFotoUrl` is `SMALLFOTOURL`.
    Upper,
    /// Words in small letters, joined by `_`: `SmallFotoUrl` is `small_foto_url`.
    Snake,
    /// Words in small letters, joined by `-`: `SmallFotoUrl` is `small-foto-url`.
    Kebab,
}

impl MemberCase {
    /// All of them, the documented one first.
    pub const ALL: [Self; 7] = [
        Self::Documented,
        Self::Camel,
        Self::Pascal,
        Self::Lower,
        Self::Upper,
        Self::Snake,
        Self::Kebab,
    ];

    /// Its name in a profile.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Camel => "camel",
            Self::Pascal => "pascal",
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::Snake => "snake",
            Self::Kebab => "kebab",
        }
    }

    /// A documented name by this rule. What is spelled so already stays as it is.
    #[must_use]
    pub fn spelled(self, documented: &str) -> String {
        match self {
            Self::Documented => documented.to_owned(),
            Self::Camel => camel_case(documented),
            Self::Pascal => {
                let mut letters = documented.chars();
                let first = letters.next().map(char::to_uppercase);
                first.into_iter().flatten().chain(letters).collect()
            }
            Self::Lower => documented.to_lowercase(),
            Self::Upper => documented.to_uppercase(),
            Self::Snake => words_joined(documented, '_'),
            Self::Kebab => words_joined(documented, '-'),
        }
    }
}

/// A name without letter case and without what joins words: two of the same letters are one name, written by
/// different rules.
#[must_use]
pub fn letters(name: &str) -> String {
    let joins = |c: &char| matches!(c, '_' | '-');
    let letters = name.chars().filter(|c| !joins(c));
    letters.flat_map(char::to_lowercase).collect()
}

/// The camel-case rule of Json.NET: leading capitals become small, but for the last of several that
/// stands before a small letter.
fn camel_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut camel = String::with_capacity(name.len());
    for (at, letter) in letters.iter().enumerate() {
        let next_is_small = letters.get(at + 1).is_some_and(|next| !next.is_uppercase());
        if !letter.is_uppercase() || (at > 0 && next_is_small) {
            camel.extend(&letters[at..]);
            break;
        }
        camel.extend(letter.to_lowercase());
    }
    camel
}

/// The words of a name in small letters. A word begins at a capital behind something else, and at the last of
/// several capitals where a small letter follows.
fn words_joined(name: &str, by: char) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut joined = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        if matches!(letter, '_' | '-') {
            joined.push(by);
            continue;
        }
        let before = at.checked_sub(1).map(|at| letters[at]);
        let next_is_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = before.is_some_and(|before| {
            let is_joined = matches!(before, '_' | '-');
            !is_joined && (!before.is_uppercase() || next_is_small)
        });
        if letter.is_uppercase() && begins {
            joined.push(by);
        }
        joined.extend(letter.to_lowercase());
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule_of_json_net() {
        for (documented, wire) in [
            ("SmallFotoUrl", "smallFotoUrl"),
            ("id", "id"),
            ("ID", "id"),
            ("FOOBar", "fooBar"),
            ("Id", "id"),
            ("IsPrivate", "isPrivate"),
            ("", ""),
        ] {
            assert_eq!(camel_case(documented), wire);
        }
    }

    #[test]
    fn each_rule_spells_names_in_one_way_and_leaves_its_own_as_they_are() {
        for (case, [foto, id, acronym, digit, joined]) in [
            (
                MemberCase::Pascal,
                ["SmallFotoUrl", "Id", "FOOBar", "Line2Text", "Share_Type"],
            ),
            (
                MemberCase::Lower,
                ["smallfotourl", "id", "foobar", "line2text", "share_type"],
            ),
            (
                MemberCase::Upper,
                ["SMALLFOTOURL", "ID", "FOOBAR", "LINE2TEXT", "SHARE_TYPE"],
            ),
            (
                MemberCase::Snake,
                [
                    "small_foto_url",
                    "id",
                    "foo_bar",
                    "line2_text",
                    "share_type",
                ],
            ),
            (
                MemberCase::Kebab,
                [
                    "small-foto-url",
                    "id",
                    "foo-bar",
                    "line2-text",
                    "share-type",
                ],
            ),
        ] {
            let documented = ["SmallFotoUrl", "id", "FOOBar", "Line2Text", "Share_Type"];
            let wire = [foto, id, acronym, digit, joined];
            assert_eq!(documented.map(|name| case.spelled(name)), wire);
            assert_eq!(wire.map(|name| case.spelled(name)), wire);
            assert_eq!(case.spelled(""), "");
        }
    }

    #[test]
    fn names_of_the_same_letters_are_one_name() {
        for case in MemberCase::ALL {
            assert_eq!(letters(&case.spelled("SmallFotoUrl")), "smallfotourl");
        }
        assert_ne!(letters("FotoUrl"), letters("FotoUri"));
    }

    #[test]
    fn a_profile_calls_each_rule_by_its_word() {
        for case in MemberCase::ALL {
            let read: MemberCase = serde_json::from_value(case.word().into()).unwrap();
            assert_eq!(read, case);
        }
    }
}
