//! What a refusal gives away: the rule stands in docs/refusals.md.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::check::refusal::words;
use crate::client::{Request, Response};
use crate::shape::text::is_guid;

/// Longer texts are looked for by their start, in bytes.
const MAX_LENGTH: usize = 100;
/// How many values of the portal are looked for; a portal may tell any number of them.
const MAX_VALUES: usize = 4000;
/// How many places in one answer are looked at; the words of a hostile one may all be values.
const MAX_PLACES: usize = 200_000;
/// A text tells much from so many letters and digits on, where it is more than one word.
const TELLING: usize = 8;
/// A text counts as a word from so many letters and digits on, a number from so many digits.
const WORD: usize = 3;
const NUMBER: usize = 6;
/// A part of a text counts from so many letters on.
const PART: usize = 4;
/// So many values of one resource alone describe it, however often they are said.
const DESCRIBING: usize = 3;

/// Words that refusals are made of, and no data by themselves.
const OF_REFUSALS: &[&str] = &[
    "a",
    "access",
    "allowed",
    "an",
    "and",
    "api",
    "argument",
    "authentication",
    "authorization",
    "authorized",
    "bad",
    "basic",
    "be",
    "bearer",
    "client",
    "code",
    "could",
    "credentials",
    "denied",
    "empty",
    "error",
    "expected",
    "expired",
    "failed",
    "false",
    "forbidden",
    "found",
    "has",
    "header",
    "html",
    "id",
    "in",
    "internal",
    "invalid",
    "is",
    "json",
    "log",
    "login",
    "malformed",
    "message",
    "method",
    "missing",
    "must",
    "no",
    "not",
    "null",
    "of",
    "or",
    "page",
    "please",
    "record",
    "refused",
    "request",
    "required",
    "resource",
    "server",
    "session",
    "sign",
    "status",
    "text",
    "the",
    "to",
    "token",
    "true",
    "unauthorized",
    "unknown",
    "user",
    "valid",
    "value",
    "wrong",
    "xml",
    "you",
];

/// How much a value tells by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// It may stand anywhere by chance: a digit, a short word, a word of refusals.
    Slight,
    /// A word or a number of its own.
    Word,
    /// A GUID: it names one thing alone, but requests have such names too.
    Name,
    /// Several words, or a word with digits in it.
    Telling,
}

/// The values that the portal told about its resources to those who may know them.
#[derive(Debug, Default)]
pub struct ToldValues {
    values: Option<AhoCorasick>,
    weights: Vec<Weight>,
    /// Of each of them that one resource alone has, where there are several, whose it is.
    owned: Vec<Option<Owned>>,
}

/// A value that one resource alone has.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owned {
    /// Which resource, by its place among all.
    owner: usize,
    /// How it is looked for.
    pattern: String,
    /// Whether it names one thing or person by itself: a GUID or an address of e-mail.
    is_name: bool,
}

/// The resources that have a value, by their places; of one of them nobody knows which it is.
pub type Owners = BTreeSet<Option<usize>>;

/// Values that stand in an answer, by their places in [`ToldValues`].
pub type Places = BTreeSet<usize>;

/// Words in lower case.
pub type Words = BTreeSet<String>;

/// How a refusal is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Who asked may know some of it, or nobody knows what such refusals say anyway: texts that tell much.
    Telling,
    /// No token was shown, in a way that no page documents: such texts, and names of one thing alone.
    Names,
    /// Nobody asked: every word and number of a resource.
    Words,
}

impl ToldValues {
    /// Takes values of resources, and parts of them, which tell nothing but by changing with the resource.
    #[must_use]
    pub fn of<'a>(
        values: impl IntoIterator<Item = &'a str>,
        parts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        static NOBODYS: Owners = Owners::new();
        let values = values.into_iter().map(|value| (value, &NOBODYS));
        Self::of_resources(values, parts)
    }

    /// The same, where it is known which resources have each value; none says that nobody knows.
    #[must_use]
    pub fn of_resources<'a>(
        values: impl IntoIterator<Item = (&'a str, &'a Owners)>,
        parts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut weights = BTreeMap::new();
        let mut owners: BTreeMap<String, (Owners, bool)> = BTreeMap::new();
        for (value, of) in values.into_iter().take(MAX_VALUES) {
            let value = &value[..value.floor_char_boundary(MAX_LENGTH)];
            let words = words::folded(value);
            if words.len() < 3 {
                continue;
            }
            let weight = weight(value, &words);
            let joined = joined(value, &words);
            // Scripts without blanks have words within words.
            let pattern = if weight == Weight::Telling || value.chars().any(is_unspaced) {
                words.trim().to_owned()
            } else {
                words
            };
            let is_guid = weight == Weight::Name;
            let spellings = [Some(&pattern), joined.as_ref().filter(|_| is_guid)];
            for spelling in spellings.into_iter().flatten() {
                let (known, is_name) = owners.entry(spelling.clone()).or_default();
                known.extend(of);
                *is_name |= is_guid || is_email(value);
            }
            weights.extend(joined.map(|joined| (joined, weight)));
            weights.insert(pattern, weight);
        }
        let all = owners.values().flat_map(|(of, _)| of).flatten();
        let all: BTreeSet<usize> = all.copied().collect();
        // Of one resource nobody knows what others have as well.
        owners.retain(|_, (of, _)| all.len() > 1 && of.len() == 1);
        for part in parts.into_iter().take(MAX_VALUES) {
            let words = words::folded(part);
            weights.entry(words).or_insert(Weight::Slight);
        }
        let mut builder = AhoCorasick::builder();
        // Few values are searched in few short answers: what is quick to build is best.
        builder.kind(Some(AhoCorasickKind::NoncontiguousNFA));
        let owned = weights.iter().map(|(pattern, weight)| {
            let (of, is_name) = owners.get(pattern)?;
            let owner = of.first().copied().flatten();
            let owner = owner.filter(|_| *weight >= Weight::Word)?;
            Some(Owned {
                owner,
                pattern: pattern.clone(),
                is_name: *is_name,
            })
        });
        Self {
            owned: owned.collect(),
            values: builder.build(weights.keys()).ok(),
            weights: weights.into_values().collect(),
        }
    }

    /// Those that stand in an answer.
    #[must_use]
    pub fn in_answer(&self, response: &Response) -> Places {
        self.found(&words::of_answer(response))
    }

    /// Those that a request says itself.
    #[must_use]
    pub fn in_request(&self, request: &Request) -> Places {
        self.found(&words::of_text(&text_of(request)))
    }

    fn found(&self, words: &str) -> Places {
        let found = self.values.as_ref().map(|values| {
            let places = values.find_overlapping_iter(words).take(MAX_PLACES);
            places.map(|place| place.pattern().as_usize()).collect()
        });
        found.unwrap_or_default()
    }

    /// Whether these describe one resource, however often they are said: values that it alone has, of which
    /// none stands in another one, or one that names it.
    #[must_use]
    pub fn describe(&self, places: &Places) -> bool {
        let found = |place: &usize| Some((self.owned[*place].as_ref()?, self.weights[*place]));
        let mut found: Vec<(&Owned, Weight)> = places.iter().filter_map(found).collect();
        if found.iter().any(|(owned, _)| owned.is_name) {
            return true;
        }
        // A portal says as many as it likes: the long ones, which stand in no other, tell soonest.
        found.sort_by_key(|(one, _)| Reverse(one.pattern.len()));
        let words = |one: &Owned| format!(" {} ", one.pattern.trim());
        let mut said: BTreeMap<usize, String> = BTreeMap::new();
        for (one, _) in &found {
            let all = said.entry(one.owner).or_default();
            all.push_str(&words(one));
            all.push('\n');
        }
        let mut of_each: BTreeMap<usize, (usize, bool)> = BTreeMap::new();
        found.into_iter().any(|(one, weight)| {
            let is_part = said[&one.owner].matches(&*words(one)).nth(1).is_some();
            if is_part {
                return false;
            }
            let (count, is_telling) = of_each.entry(one.owner).or_default();
            *count += 1;
            *is_telling |= weight >= Weight::Telling;
            // Words such as `Home` and `Work` stand in pages by chance.
            *count >= DESCRIBING && *is_telling
        })
    }

    /// Whether some of these tell something by themselves.
    #[must_use]
    pub fn tell(&self, places: &Places, strictness: Strictness) -> bool {
        let least = match strictness {
            Strictness::Telling => Weight::Telling,
            Strictness::Names => Weight::Name,
            Strictness::Words => Weight::Word,
        };
        places.iter().any(|place| self.weights[*place] >= least)
    }
}

/// The parts of a text value that may stand for it: words of some length, and the date of a time.
pub fn parts(value: &str) -> impl Iterator<Item = &str> {
    let value = &value[..value.floor_char_boundary(MAX_LENGTH)];
    let is_date = |date: &&str| {
        let mut signs = date.bytes().enumerate();
        signs.all(|(at, sign)| match at {
            4 | 7 => sign == b'-',
            _ => sign.is_ascii_digit(),
        })
    };
    let date = value.get(..10).filter(is_date);
    let words = value.split(|c: char| !c.is_alphanumeric());
    let words =
        words.filter(|word| word.chars().count() >= PART && word.chars().all(char::is_alphabetic));
    date.into_iter().chain(words)
}

/// The header that asks for credentials (RFC 9110, 11.6.1).
const CHALLENGE: &str = "www-authenticate";

/// The words that an answer says itself, and whether it challenges: of headers no more, as they name caches
/// and servers. Words are those of letters alone, as numbers name times and requests; one or two letters only
/// where they stand as words of a sentence do, as initials, and not inside an address or what is encoded.
#[must_use]
pub fn said(response: &Response) -> Words {
    let body = &response.body[..response.body.len().min(words::MAX_SEARCHED)];
    let body = String::from_utf8_lossy(body);
    let mut words = letters(&format!("{}\n{body}", response.head.reason));
    let mut headers = response.head.headers.iter();
    if headers.any(|(name, _)| name.eq_ignore_ascii_case(CHALLENGE)) {
        words.insert(CHALLENGE.to_owned());
    }
    words
}

/// The words of letters alone that a request says.
#[must_use]
pub fn said_in_request(request: &Request) -> Words {
    letters(&text_of(request))
}

/// What a request says, without its headers.
fn text_of(request: &Request) -> String {
    let body = request.body.as_ref().map_or("", |body| body.text.as_str());
    format!("{}\n{}\n{body}", request.method, request.path)
}

fn letters(text: &str) -> Words {
    let text = words::undone(text);
    let folded = words::folded(&text);
    let is_word =
        |word: &&str| word.chars().nth(WORD - 1).is_some() && word.chars().all(char::is_alphabetic);
    let mut words: Words = folded
        .split_whitespace()
        .filter(is_word)
        .map(str::to_owned)
        .collect();
    let parted = text.split(|c: char| c.is_whitespace() || "\"',;:()<>[]{}".contains(c));
    for piece in parted {
        let mut letters = piece.split('.').filter(|letters| !letters.is_empty());
        let is_short = |letters: &str| {
            letters.chars().nth(WORD - 1).is_none() && letters.chars().all(char::is_alphabetic)
        };
        if letters.clone().all(is_short) {
            words.extend(letters.by_ref().map(str::to_lowercase));
        }
    }
    words
}

/// Whether something stands in all answers about one resource and in none about another: answers of the
/// same kind, of which there is one about each.
#[must_use]
pub fn differ<T: Ord>(
    one: &[BTreeSet<T>],
    other: &[BTreeSet<T>],
    said_anyway: &BTreeSet<T>,
) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    one[0].iter().any(|place| {
        !said_anyway.contains(place)
            && one.iter().all(|found| found.contains(place))
            && !other.iter().any(|found| found.contains(place))
    })
}

/// A GUID or a number without what stands between its digits, as a word.
fn joined(value: &str, words: &str) -> Option<String> {
    let digits = words.chars().filter(|c| c.is_alphanumeric());
    let digits: String = digits.collect();
    let is_number = digits.len() >= NUMBER && digits.bytes().all(|b| b.is_ascii_digit());
    let is_joined = words.trim().len() == digits.len();
    ((is_number || is_guid(value)) && !is_joined).then(|| format!(" {digits} "))
}

fn weight(value: &str, words: &str) -> Weight {
    let count = words.chars().filter(|c| c.is_alphanumeric()).count();
    let mut each = words.split_whitespace();
    let is_of_refusals = each.all(|word| OF_REFUSALS.contains(&word));
    let mut letters = words.chars().filter(|c| c.is_alphanumeric());
    let first = letters.next();
    // All zeros or letters alike is what stands for nothing.
    if is_of_refusals || letters.all(|c| Some(c) == first) {
        return Weight::Slight;
    }
    let is_number = !words.chars().any(char::is_alphabetic);
    let is_word = match (is_number, value.chars().any(is_unspaced)) {
        (true, _) => count >= NUMBER,
        (false, true) => count >= WORD - 1,
        (false, false) => count >= WORD,
    };
    let is_mixed = value.contains(|c: char| c.is_whitespace() || c.is_ascii_digit() || c == '@');
    if is_guid(value) {
        Weight::Name
    } else if count >= TELLING && is_mixed && !is_number {
        Weight::Telling
    } else if is_word {
        Weight::Word
    } else {
        Weight::Slight
    }
}

/// Whether a text is an address of e-mail and nothing else.
fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    !text.contains(char::is_whitespace)
        && parts.is_some_and(|(name, host)| {
            let host = host.split_once('.');
            let is_host = host.is_some_and(|(one, other)| !one.is_empty() && !other.is_empty());
            !name.is_empty() && is_host
        })
}

/// Whether words of this script stand without blanks between them.
fn is_unspaced(c: char) -> bool {
    c >= '\u{2e80}' && c.is_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tells(values: &[&str], text: &str, strictness: Strictness) -> bool {
        let told = ToldValues::of(values.iter().copied(), []);
        told.tell(&told.found(&words::of_text(text)), strictness)
    }

    #[test]
    fn to_nobody_a_word_is_data_and_to_somebody_only_what_tells_much() {
        let guid = "cf6ce3ee-6a3b-4a4c-a4b3-d66e7ed4ea81";
        for (value, text, by_itself, to_nobody) in [
            ("Lee", "the contact LEE is private", false, true),
            ("Lee", "sleeping", false, false),
            ("李明", "未授权李明的", false, true),
            (
                guid,
                "owner CF6CE3EE-6A3B-4A4C-A4B3-D66E7ED4EA81",
                false,
                true,
            ),
            ("Bob Lee Swagger", "bob  lee\\u0020swagger", true, true),
            ("lee@example.com", "mail lee%40example.com", true, true),
            ("+371 2 911 2233", "call 371 2 911 2233", false, true),
            ("+371 2 911-2233", "call +37129112233", false, true),
            ("+371 2 911 2233", "call 371291122334", false, false),
            (
                guid,
                "owner {CF6CE3EE-6A3B-4A4C-A4B3-D66E7ED4EA81}",
                false,
                true,
            ),
            (guid, "owner cf6ce3ee6a3b4a4ca4b3d66e7ed4ea81", false, true),
            ("12 34", "1234", false, false),
            ("Ann Lee", "annlee", false, false),
            ("Not found", "Not found", false, false),
            ("access denied", "Access denied.", false, false),
            ("31", "31", false, false),
            (
                "00000000-0000-0000-0000-000000000000",
                "00000000-0000-0000-0000-000000000000",
                false,
                false,
            ),
            ("", "anything", false, false),
            ("--", "--", false, false),
        ] {
            assert_eq!(
                tells(&[value], text, Strictness::Telling),
                by_itself,
                "{value}"
            );
            assert_eq!(
                tells(&[value], text, Strictness::Names),
                by_itself || (to_nobody && is_guid(value)),
                "{value}"
            );
            assert_eq!(
                tells(&[value], text, Strictness::Words),
                to_nobody,
                "{value}"
            );
        }
    }

    #[test]
    fn values_of_one_resource_alone_describe_it_where_there_are_others() {
        const GUID: &str = "cf6ce3ee-6a3b-4a4c-a4b3-d66e7ed4ea81";
        let describe = |values: &[(&str, &[Option<usize>])], text: &str| {
            let owners = values.iter().map(|(_, of)| of.iter().copied().collect());
            let owners: Vec<Owners> = owners.collect();
            let values = values.iter().map(|(value, _)| *value).zip(&owners);
            let told = ToldValues::of_resources(values, []);
            told.describe(&told.found(&words::of_text(text)))
        };
        let values: &[(&str, &[Option<usize>])] = &[
            ("Ann Leeward", &[Some(0)]),
            ("Leeward", &[Some(0)]),
            ("Rope Walk 3", &[Some(0)]),
            ("Hull", &[Some(0)]),
            ("Work", &[Some(0)]),
            ("Not found", &[Some(0)]),
            ("ann@lee.example", &[Some(0)]),
            (GUID, &[Some(0)]),
            ("Bob Ropesend", &[Some(1)]),
            ("York", &[Some(1)]),
            ("boss@lee.example", &[Some(0), Some(1)]),
            ("US Dollar 1", &[Some(0), Some(1)]),
        ];
        for (text, expected) in [
            ("Ann Leeward, Rope Walk 3, Hull", true),
            ("Rope Walk 3, Hull", false),
            ("Ann Leeward, Hull", false),
            ("Leeward, Hull, Work", false),
            ("Ann Leeward, Hull, not found", false),
            ("Ann Leeward, Hull, York", false),
            ("Ann Leeward, Hull, US Dollar 1", false),
            ("ask ann%40lee.example", true),
            ("ask boss@lee.example", false),
            (GUID, true),
            ("CF6CE3EE6A3B4A4CA4B3D66E7ED4EA81", true),
            ("nothing", false),
        ] {
            assert_eq!(describe(values, text), expected, "{text}");
            assert!(
                !describe(&values[..8], text),
                "{text}: there is no other one"
            );
        }
        for of in [&[][..], &[None], &[None, Some(0)]] {
            let values: &[(&str, &[Option<usize>])] = &[
                (GUID, of),
                ("Ann Leeward", &[Some(0)]),
                ("York", &[Some(1)]),
            ];
            assert!(!describe(values, GUID), "{of:?}");
        }
        for (text, expected) in [
            ("a@b.c", true),
            ("a@b", false),
            ("@b.c", false),
            ("a@.c", false),
            ("a@b.", false),
            ("a @b.c", false),
            ("a.b.c", false),
        ] {
            assert_eq!(is_email(text), expected, "{text}");
        }
    }

    #[test]
    fn what_changes_with_the_resource_is_data_however_short() {
        let told = ToldValues::of(["3", "yes", "4"], []);
        let found = |text: &str| told.found(&words::of_text(text));
        let three = [found("has 3 tasks at 4"), found("has 3 tasks at 5")];
        let none = [found("has 0 tasks at 4"), found("has 0 tasks at 5")];
        let nothing = Places::new();
        assert!(differ(&three, &none, &nothing));
        assert!(!differ(&none, &three, &nothing), "what changes by itself");
        assert!(!differ(&three, &three, &nothing));
        assert!(differ(&three[..1], &none[..1], &nothing));
        assert!(!differ(&three[..0], &none, &nothing));
        assert!(!differ(&three, &none[..0], &nothing), "nothing to compare");
        assert!(!differ(&three, &none, &found("contact 3")), "said anyway");
    }

    #[test]
    fn a_value_weighs_by_its_letters_digits_and_words() {
        for (value, expected) in [
            ("Li", Weight::Slight),
            ("Lee", Weight::Word),
            ("12345", Weight::Slight),
            ("123456", Weight::Word),
            ("12 34 56 78 90", Weight::Word),
            ("Anna Le", Weight::Word),
            ("Anna Leeb", Weight::Telling),
            ("AnnaLeeb", Weight::Word),
            ("AnnaLee7", Weight::Telling),
            ("AnnaLe7", Weight::Word),
            ("anna@leeb", Weight::Telling),
            ("李", Weight::Slight),
            ("李明", Weight::Word),
            ("aaaaaaaa aaaa", Weight::Slight),
            ("0000000000", Weight::Slight),
            ("user not found", Weight::Slight),
            ("user Anna found", Weight::Telling),
            ("cf6ce3ee-6a3b-4a4c-a4b3-d66e7ed4ea81", Weight::Name),
        ] {
            assert_eq!(weight(value, &words::folded(value)), expected, "{value}");
        }
    }

    #[test]
    fn so_many_values_are_looked_for_and_long_ones_by_their_start() {
        let values: Vec<String> = (0..=MAX_VALUES).map(|at| format!("value{at:05}")).collect();
        let told = ToldValues::of(values.iter().map(String::as_str), []);
        let found = |text: &str| told.found(&words::of_text(text)).len();
        assert_eq!(found("value00000"), 1);
        assert_eq!(found("value03999"), 1);
        assert_eq!(found("value04000"), 0);
        assert_eq!(found("value00001 value00002 value00001"), 2);
        let long = format!("{} end", "long text ".repeat(20));
        let told = ToldValues::of([long.as_str()], []);
        let found = |text: &str| told.found(&words::of_text(text)).len();
        assert_eq!(found(&"long text ".repeat(10)), 1);
        assert_eq!(found(&"long text ".repeat(9)), 0);
        assert_eq!(ToldValues::default().found("anything").len(), 0);
    }

    #[test]
    fn a_request_says_its_method_its_path_and_its_body() {
        let told = ToldValues::of(["anna", "berta", "post"], []);
        let mut request = crate::client::tests_support::request();
        assert_eq!(told.in_request(&request).len(), 0);
        request.path = "contact/anna".to_owned();
        assert_eq!(told.in_request(&request).len(), 1);
        request.body = Some(crate::client::Body {
            content_type: String::new(),
            text: "{\"name\":\"Berta\"}".to_owned(),
        });
        request.method = "POST".to_owned();
        assert_eq!(told.in_request(&request).len(), 3);
    }

    #[test]
    fn a_part_of_a_value_tells_only_by_changing_with_the_resource() {
        let value = "Anna-Maria Quartermain II";
        let found: Vec<&str> = parts(value).collect();
        assert_eq!(found, ["Anna", "Maria", "Quartermain"]);
        let found: Vec<&str> = parts("2021-11-30T08:15:00.0000000Z").collect();
        assert_eq!(found, ["2021-11-30"]);
        assert_eq!(parts("cf6ce3ee-6a3b-4a4c-a4b3-d66e7ed4ea81").count(), 0);
        assert_eq!(parts("ab-cd 2021/11/30 x1234").count(), 0);
        let told = ToldValues::of([value], parts(value));
        let found = |text: &str| told.found(&words::of_text(text));
        let one = found("token expected, Quartermain");
        let other = found("token expected, Ropes");
        assert!(!told.tell(&one, Strictness::Words));
        let (one, other) = ([one.clone(), one], [other.clone(), other]);
        assert!(differ(&one, &other, &Places::new()));
        assert!(told.tell(&found(value), Strictness::Telling));
    }

    #[test]
    fn words_of_letters_alone_are_compared_and_what_the_request_says_is_not() {
        let of = |reason: &str, body: &str| {
            let mut answer = crate::client::tests_support::response(401, body);
            answer.head.reason = reason.to_owned();
            said(&answer)
        };
        let words = |text: &[&str]| text.iter().map(|one| (*one).to_owned()).collect();
        let expected: Words = words(&["a", "b", "denied", "id", "no", "private", "m\u{fc}ller"]);
        let body = "{\"a\": \"private no 31\", \"id\": \"f3a9 05:31\", \"b\": \"M\\u00fcller\"}";
        assert_eq!(of("Denied", body), expected);
        let mut challenging = crate::client::tests_support::response(401, "");
        for (name, expected) in [("WWW-Authenticate", true), ("X-Cache", false)] {
            challenging.head.headers = vec![(name.to_owned(), "Bearer".to_owned())];
            assert_eq!(!said(&challenging).is_empty(), expected, "{name}");
        }
        let mut request = crate::client::tests_support::request();
        request.path = "contact/anna%20lee".to_owned();
        let asked = said_in_request(&request);
        assert!(
            ["contact", "anna", "lee"]
                .iter()
                .all(|word| asked.contains(*word))
        );
    }
}
