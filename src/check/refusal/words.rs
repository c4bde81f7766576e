//! What an answer says, as plain words: whatever letter case, escapes and punctuation it says them in.

use percent_encoding::percent_decode_str;

use crate::check::escape::{Escapes, unescaped};
use crate::client::Response;

/// How much of an answer's body is looked through, in bytes.
pub(crate) const MAX_SEARCHED: usize = 256 * 1024;

/// Headers that tell of the answer itself.
const OF_THE_ANSWER: [&str; 2] = ["date", "content-length"];

/// Headers that hold what is reckoned from a body, by chance with any digit or short word in it.
const CHECKSUMS: [&str; 5] = [
    "content-digest",
    "content-md5",
    "digest",
    "etag",
    "repr-digest",
];
/// Words of so few letters and digits stand there by chance.
const BY_CHANCE: usize = 3;

/// Everything that an answer says, each spelling of it on a line: reason phrase, headers, body.
pub(super) fn of_answer(response: &Response) -> String {
    let body = &response.body[..response.body.len().min(MAX_SEARCHED)];
    let mut text = response.head.reason.clone();
    for (name, value) in &response.head.headers {
        if CHECKSUMS.contains(&name.as_str()) {
            text.push('\n');
            text.push_str(&long_words(value));
        } else if !OF_THE_ANSWER.contains(&name.as_str()) {
            text.push('\n');
            text.push_str(value);
        }
    }
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(body));
    of_text(&text)
}

/// The words of a checksum that do not stand in it by chance.
fn long_words(value: &str) -> String {
    let words = value.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| word.len() > BY_CHANCE);
    words.collect::<Vec<_>>().join(" ")
}

/// The words of a text as it stands, with its escapes undone, and with those of URLs undone as well.
pub(super) fn of_text(text: &str) -> String {
    let plain = unescaped(text, Escapes::Any);
    let decoded = percent_decode_str(&plain).decode_utf8_lossy();
    let mut words = folded(text);
    for spelling in [plain.as_str(), &decoded] {
        if spelling != text {
            words.push('\n');
            words.push_str(&folded(spelling));
        }
    }
    words
}

/// What a text says in the end, all its escapes undone.
pub(super) fn undone(text: &str) -> String {
    let plain = unescaped(text, Escapes::Any);
    percent_decode_str(&plain).decode_utf8_lossy().into_owned()
}

/// Words in lower case, a blank before, between and behind them, and nothing else.
pub(super) fn folded(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for c in text.chars() {
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_any_spelling() {
        for spelled in [
            "Müller-Lüdenscheidt 😀",
            "M\\u00fcller-L\\u00FCdenscheidt \\ud83d\\ude00",
            "M&#252;ller&nbsp;L&#xfc;denscheidt &#128512;",
            "M%C3%BCller%20L%C3%BCdenscheidt",
            "\\nMÜLLER\\tLÜDENSCHEIDT",
        ] {
            let words = of_text(spelled);
            assert!(
                words.contains(" müller lüdenscheidt "),
                "{spelled}: {words}"
            );
        }
    }

    #[test]
    fn what_is_no_word_parts_words() {
        assert_eq!(folded(""), " ");
        assert_eq!(folded("--a--"), " a ");
    }

    #[test]
    fn an_answer_says_what_stands_in_it_and_not_what_tells_of_it() {
        let mut response = crate::client::tests_support::response(401, "berta");
        response.head.reason = "Anna".to_owned();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        response.head.headers = vec![
            header("x-owner", "Carla"),
            header("date", "Dora"),
            header("content-length", "5"),
        ];
        let lines = of_answer(&response);
        assert_eq!(lines.trim(), "anna carla berta");
        response.head.headers = vec![header("etag", "W/\"3-Erna/al+5b0c31f2-1234\"")];
        assert!(of_answer(&response).contains(" erna 5b0c31f2 1234 "));
        assert!(!of_answer(&response).contains(" 3 "));
        response.body = vec![b' '; MAX_SEARCHED - 3];
        response.body.extend(b"abcdef");
        assert!(of_answer(&response).ends_with(" abc "));
    }

    #[test]
    fn each_spelling_is_a_line() {
        assert_eq!(of_text("a%20b"), " a 20b \n a b ");
        assert_eq!(of_text("a&amp;b"), " a amp b \n a b \n a b ");
        assert_eq!(folded(" Ä-b "), " ä b ");
    }
}
