//! Texts that are shown nowhere: tokens, passwords, values of headers.
//!
//! In comes a text, out comes a [`Secret`] that no `Debug` shows and that is taken out of whatever a
//! portal sends back, in any spelling.

mod spelling;

use std::fmt;
use std::sync::Arc;

use spelling::Spellings;

/// What stands in the place of a text that is shown nowhere.
pub(crate) const HIDDEN: &str = "***";

/// A text that is shown nowhere.
#[derive(Clone)]
pub struct Secret {
    text: String,
    spellings: Arc<Spellings>,
}

impl Secret {
    /// Takes a text out of sight.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            spellings: Arc::new(Spellings::of(text)),
        }
    }

    /// The text itself, for the request that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// A text without this secret; very short secrets are left, they would blot out common words.
    ///
    /// A portal may send a secret back in any spelling, and on its way to a report it may be cut, quoted
    /// or become part of a pointer: `spelling` knows what is found.
    #[must_use]
    pub fn scrub(&self, text: &str) -> String {
        self.spellings.without(text)
    }
}

/// Texts that are shown nowhere, however many: they are looked for side by side.
#[derive(Clone, Default)]
pub struct Secrets {
    spellings: Option<Arc<Spellings>>,
}

impl Secrets {
    /// Takes texts out of sight.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            spellings: Some(Arc::new(Spellings::of_all(texts))),
        }
    }

    /// A text without these secrets, as of one.
    #[must_use]
    pub fn scrub(&self, text: &str) -> String {
        match &self.spellings {
            Some(spellings) => spellings.without(text),
            None => text.to_owned(),
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::new("geheim");
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(secret.scrub("a geheim b"), "a *** b");
    }

    #[test]
    fn many_secrets_are_found_as_one_is() {
        let many: Vec<String> = (0..5_000)
            .map(|at| format!("{at:05}-Zé/{}", at * 7919))
            .collect();
        let secrets = Secrets::of(many.iter().map(String::as_str));
        for at in [0, 1234, 4999] {
            let one = &many[at];
            let spelled = one.replace('/', "%2F").to_uppercase().replace('É', "é");
            let escaped = one.replace('é', "\\u00e9");
            let text = format!("a {one} b {spelled} c {escaped}");
            assert_eq!(secrets.scrub(&text), "a *** b *** c ***", "{one}");
        }
        assert_eq!(
            secrets.scrub("é 5-Zé/, a common word"),
            "é 5-Zé/, a common word"
        );
        assert_eq!(Secrets::default().scrub("abc"), "abc");
    }

    #[test]
    fn a_secret_is_found_in_every_form_that_comes_back() {
        let secret = Secret::new("Bearer Ab\"c/0123456789efghijklm");
        for text in [
            "Bearer Ab\"c/0123456789efghijklm",
            "bearer ab\"c/0123456789efghijklm",
            "Ab\"c/0123456789efghijklm",
            "ab\"c/0123456789efgh",
            "Ab\\\"c/0123456789efghijklm",
            "Ab\"c~10123456789efghijklm",
        ] {
            assert_eq!(secret.scrub(&format!("¥ {text}, x")), "¥ ***, x", "{text}");
        }
        let secret = Secret::new("reference-portal-token");
        assert_eq!(secret.scrub("reference-portal-to"), "***");
        assert_eq!(secret.scrub("a reference portal"), "a reference portal");
    }
}
