//! The words of a page about authentication, wherever they stand.

/// What the words are about: the generator of the pages has said all of these over the years.
const SUBJECTS: [&str; 4] = ["function", "method", "operation", "request"];

/// What is said of it where a token is needed.
const NEEDED: &str = "requires authentication";

/// What is said where none is needed.
const NOT_NEEDED: [&str; 3] = [
    "doesn't require authentication",
    "does not require authentication",
    "requires no authentication",
];

/// Lines that say it in words of other sites.
const ALONE: [(&str, Authentication); 9] = [
    (NEEDED, Authentication::Needed),
    ("authentication required", Authentication::Needed),
    ("authentication is required", Authentication::Needed),
    ("authentication: required", Authentication::Needed),
    ("requires no authentication", Authentication::NotNeeded),
    ("no authentication required", Authentication::NotNeeded),
    ("authentication not required", Authentication::NotNeeded),
    ("authentication is not required", Authentication::NotNeeded),
    ("authentication: not required", Authentication::NotNeeded),
];

/// What a page says of whether a token is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Authentication {
    Needed,
    NotNeeded,
}

/// Where words such as `This function requires authentication`, or `(requires authentication)`, begin in a line, and
/// what they say.
pub(super) fn remark(line: &str) -> Option<(usize, Authentication)> {
    let lower = line.to_ascii_lowercase();
    let mut starts = lower.match_indices("this ").map(|(at, _)| at);
    let sentence = starts.find_map(|at| {
        let rest = &lower[at + "this ".len()..];
        let subject = SUBJECTS.iter().find_map(|one| rest.strip_prefix(one))?;
        let said = subject.trim_start_matches(' ').replace('\u{2019}', "'");
        let is = |words: &str| said.starts_with(words);
        if is(NEEDED) {
            Some((at, Authentication::Needed))
        } else if NOT_NEEDED.iter().any(|words| is(words)) {
            Some((at, Authentication::NotNeeded))
        } else {
            None
        }
    });
    let in_brackets = || {
        let (at, _) = lower.match_indices('(').next_back()?;
        Some((at, alone(&lower[at..])?))
    };
    sentence.or_else(in_brackets)
}

/// What a line in small letters says in words of other sites, in brackets or bold letters or not.
fn alone(line: &str) -> Option<Authentication> {
    let is_mark =
        |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '*' | '.' | '!');
    let line = line.trim_matches(is_mark);
    let mut known = ALONE.into_iter();
    known
        .find(|(words, _)| *words == line)
        .map(|(_, said)| said)
}

/// What a line says that holds these words and nothing else.
pub(super) fn of_line(line: &str) -> Option<Authentication> {
    let line = line.trim().trim_end_matches('.');
    let sentence = remark(line).filter(|(at, _)| *at == 0 && line.ends_with("authentication"));
    sentence
        .map(|(_, said)| said)
        .or_else(|| alone(&line.to_ascii_lowercase()))
}

/// Whether a line says in other words that authentication is needed, or that it is not.
pub(super) fn is_mentioned(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| line.contains(word));
    any(&["authenticat", "authoriz", "authoris"]) && any(&["requir", "need", "must", "not", "no "])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_known_in_any_letter_case() {
        use Authentication::{Needed, NotNeeded};
        for (line, expected, alone) in [
            (
                "This function requires authentication",
                Some((0, Needed)),
                true,
            ),
            (
                "  This METHOD requires authentication.",
                Some((2, Needed)),
                true,
            ),
            (
                "This method doesn't require authentication",
                Some((0, NotNeeded)),
                true,
            ),
            (
                "This method does not require authentication.",
                Some((0, NotNeeded)),
                true,
            ),
            (
                "api/xThis function requires authentication",
                Some((5, Needed)),
                false,
            ),
            (
                "This method requires authentication by two people",
                Some((0, Needed)),
                false,
            ),
            ("This method requires a boat", None, false),
            ("This requires authentication", None, false),
            ("api/x (requires authentication)", Some((6, Needed)), false),
            ("(Requires authentication)", Some((0, Needed)), true),
            ("Authentication required.", None, true),
            ("**Authentication is not required**", None, true),
            (
                "This method doesn\u{2019}t require authentication",
                Some((0, NotNeeded)),
                true,
            ),
            ("Requires authentication of two people", None, false),
            (
                "Returns (by name) what requires authentication",
                None,
                false,
            ),
        ] {
            assert_eq!(remark(line), expected, "{line}");
            assert_eq!(of_line(line).is_some(), alone, "{line}");
        }
    }
}
