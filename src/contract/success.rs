//! With which status codes an operation succeeds, where its document names them.

use std::ops::Range;

/// What `2XX` names (`OpenAPI` 3.1, 4.8.16).
const ALL: Range<u16> = 200..300;

/// What names all successes.
pub(crate) const RANGE: &str = "2XX";

/// How many codes a document names each by itself at the most; more are those of a range.
const MOST_NAMED: usize = 20;

/// The status codes of the successes that a document names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Success {
    /// All of them, first those whose answer is the documented one, each once; none where the document names none.
    /// `2XX` is those of 200 to 299 that are not named by themselves.
    pub codes: Vec<u16>,
    /// Those whose answer is another one than that: without JSON and XML, or of another schema.
    pub other: Vec<u16>,
}

impl Success {
    /// Reads the names of statuses in the order of the document, each with whether its answer is the documented one.
    pub(crate) fn of<'a>(named: impl IntoIterator<Item = (&'a str, bool)>) -> Self {
        let named: Vec<(&str, bool)> = named.into_iter().collect();
        let code = |name: &str| name.parse().ok().filter(|code| ALL.contains(code));
        let alone: Vec<u16> = named.iter().filter_map(|(name, _)| code(name)).collect();
        let mut success = Self::default();
        let mut other = Vec::new();
        for (name, is_it) in named {
            let codes: Vec<u16> = match code(name) {
                Some(code) => vec![code],
                None if is_range(name) => ALL.filter(|code| !alone.contains(code)).collect(),
                None => Vec::new(),
            };
            let all = if is_it {
                &mut success.codes
            } else {
                &mut other
            };
            all.extend(codes);
        }
        success.codes.extend(&other);
        success.other = other;
        success
    }

    /// Those that the document names each by itself, as far as that can be told.
    pub(crate) fn named(&self) -> impl Iterator<Item = u16> {
        alone(&self.codes)
    }
}

/// Whether codes are so many that a range names them.
pub(crate) fn are_of_range(codes: &[u16]) -> bool {
    codes.len() > MOST_NAMED
}

/// Those that are named each by itself: all, or the first of a range.
pub(crate) fn alone(codes: &[u16]) -> impl Iterator<Item = u16> {
    let most = if are_of_range(codes) { 1 } else { MOST_NAMED };
    codes.iter().copied().take(most)
}

/// Whether a document names a success by this.
pub(crate) fn is_named(status: &str) -> bool {
    status.starts_with('2')
}

/// Whether a name means all successes.
fn is_range(name: &str) -> bool {
    name.eq_ignore_ascii_case(RANGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_what_is_not_named_by_itself() {
        let plain = Success::of([("204", false), ("201", true), ("29", true), ("2000", true)]);
        assert_eq!((plain.codes, plain.other), (vec![201, 204], vec![204]));
        let range = Success::of([("2XX", true), ("200", false)]);
        assert_eq!((range.codes.len(), range.codes[0]), (100, 201));
        assert_eq!((range.codes[99], range.other), (200, vec![200]));
        let rest = Success::of([("202", true), ("2xx", false)]);
        assert_eq!((rest.codes[0], rest.codes[1]), (202, 200));
        assert_eq!(rest.other.len(), 99);
    }
}
