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

/// What a page says of whether a token is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Authentication {
    Needed,
    NotNeeded,
}

/// Where words such as `This function requires authentication` begin in a line, and what they say.
pub(super) fn remark(line: &str) -> Option<(usize, Authentication)> {
    let lower = line.to_ascii_lowercase();
    let mut starts = lower.match_indices("this ").map(|(at, _)| at);
    starts.find_map(|at| {
        let rest = &lower[at + "this ".len()..];
        let subject = SUBJECTS.iter().find_map(|one| rest.strip_prefix(one))?;
        let said = subject.strip_prefix(' ')?;
        let is = |words: &str| said.starts_with(words);
        if is(NEEDED) {
            Some((at, Authentication::Needed))
        } else if NOT_NEEDED.iter().any(|words| is(words)) {
            Some((at, Authentication::NotNeeded))
        } else {
            None
        }
    })
}

/// What a line says that holds these words and nothing else.
pub(super) fn of_line(line: &str) -> Option<Authentication> {
    let line = line.trim().trim_end_matches('.');
    let (at, said) = remark(line)?;
    (at == 0 && line.ends_with("authentication")).then_some(said)
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
        ] {
            assert_eq!(remark(line), expected, "{line}");
            assert_eq!(of_line(line).is_some(), alone, "{line}");
        }
    }
}
