//! Which values keep the contract at a place, beyond their type.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::shape::{Kind, Shape, text};
use crate::source::Span;

/// The longest regular expression that is read, in bytes.
const MAX_PATTERN: usize = 1_000;
/// How much memory a compiled one may take, in bytes.
const MAX_COMPILED: usize = 1 << 20;
/// How much those of one document may take together, in bytes.
const MAX_ALL_COMPILED: usize = 1 << 24;
/// What each is first tried within, as nothing tells how much a compiled one takes.
const SIZES: [usize; 4] = [1 << 12, 1 << 15, 1 << 18, MAX_COMPILED];
/// How deep its groups may stand in one another.
const MAX_NESTING: u32 = 50;

/// Which values keep the contract at a place, beyond their type. What is of another type is none of its
/// matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Domain {
    /// The only values, as JSON has them; any where there are none.
    pub one_of: Vec<Value>,
    /// The least number.
    pub at_least: Option<i64>,
    /// The greatest number.
    pub at_most: Option<i64>,
    /// The least number of characters of a text.
    pub shortest: Option<usize>,
    /// The greatest number of characters of a text.
    pub longest: Option<usize>,
    /// What a text matches.
    pub matches: Option<Pattern>,
    /// The shapes of which a value keeps one; nothing is said where there are none. Objects and lists are held
    /// against their type alone.
    pub any_of: Vec<Shape>,
    /// The name of an object around it, or beside it, whose members an object here has as well, as it is one in itself.
    pub again: Option<String>,
    /// Where that is said.
    pub said: Said,
}

/// Where a document says what a domain holds; domains are equal wherever that is.
#[derive(Debug, Clone, Default)]
pub struct Said(Vec<(Outside, Span)>);

impl Said {
    /// Notes where it is said that values are not outside in this way.
    pub fn add(&mut self, way: Outside, span: Span) {
        self.0.retain(|(other, _)| *other != way);
        self.0.push((way, span));
    }

    /// Where that is said.
    #[must_use]
    pub fn of(&self, way: Outside) -> Option<Span> {
        let mut all = self.0.iter();
        all.find(|(other, _)| *other == way).map(|(_, span)| *span)
    }

    /// All places, to be changed.
    pub fn places(&mut self) -> impl Iterator<Item = &mut Span> {
        self.0.iter_mut().map(|(_, span)| span)
    }
}

impl PartialEq for Said {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Said {}

/// In which way a value is outside of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// It is none of those that are listed.
    Unlisted,
    /// It is below the least.
    Below,
    /// It is above the greatest.
    Above,
    /// It has too few characters.
    Short,
    /// It has too many characters.
    Long,
    /// It does not match.
    Unlike,
    /// It keeps none of several shapes.
    NoneOfThem,
}

/// A regular expression in the syntax of the `regex` crate, which takes linear time; bounded. Clones are one
/// compiled expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Arc<Regex>,
    /// The format that it stands for, where a schema names one.
    format: Option<&'static str>,
}

/// The regular expressions of one document: each is compiled once, however often it stands there, and what
/// all of them take together is bounded.
#[derive(Debug, Default)]
pub struct Patterns {
    known: HashMap<String, Result<Pattern, PatternError>>,
    /// How much memory they take, in bytes, those that are too large included.
    taken: usize,
}

/// Why a text is no regular expression that can be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    message: String,
}

impl Domain {
    /// In which way a value is outside; `None` for one that keeps the contract, or is of another type.
    ///
    /// ```
    /// # use portal_conformance::shape::domain::{Domain, Outside};
    /// let domain = Domain { at_least: Some(0), ..Domain::default() };
    /// assert_eq!(domain.outside(&(-1).into()), Some(Outside::Below));
    /// assert_eq!(domain.outside(&0.into()), None);
    /// ```
    #[must_use]
    pub fn outside(&self, value: &Value) -> Option<Outside> {
        let is_listed = |other: &Value| is_same(value, other);
        if !self.one_of.is_empty() && !self.one_of.iter().any(is_listed) {
            return Some(Outside::Unlisted);
        }
        if !self.any_of.is_empty() && !self.any_of.iter().any(|one| keeps(one, value)) {
            return Some(Outside::NoneOfThem);
        }
        match value {
            Value::Number(number) => {
                let beyond = |bound: Option<i64>, is_beyond: fn(&Number, i64) -> bool| {
                    bound.is_some_and(|bound| is_beyond(number, bound))
                };
                if beyond(self.at_least, is_below) {
                    return Some(Outside::Below);
                }
                beyond(self.at_most, is_above).then_some(Outside::Above)
            }
            Value::String(text) => {
                if self.shortest.is_some() || self.longest.is_some() {
                    let characters = text.chars().count();
                    if self.shortest.is_some_and(|least| characters < least) {
                        return Some(Outside::Short);
                    }
                    if self.longest.is_some_and(|most| characters > most) {
                        return Some(Outside::Long);
                    }
                }
                let pattern = self.matches.as_ref();
                let is_unlike = pattern.is_some_and(|pattern| !pattern.is_match(text));
                is_unlike.then_some(Outside::Unlike)
            }
            _ => None,
        }
    }
}

impl Domain {
    /// The values that two domains have in common, as far as one domain can say it.
    #[must_use]
    pub fn both(a: Self, b: Self) -> Self {
        let of_b = |way| (b.said.of(way), way);
        let mut said = a.said.clone();
        let mut take = |way| {
            if let (Some(span), way) = of_b(way) {
                said.add(way, span);
            }
        };
        let mut one_of = a.one_of.clone();
        if one_of.is_empty() {
            one_of.clone_from(&b.one_of);
            take(Outside::Unlisted);
        } else if !b.one_of.is_empty() {
            let common = |value: &Value| b.one_of.iter().any(|other| is_same(value, other));
            if one_of.iter().any(common) {
                one_of.retain(common);
            }
        }
        let mut tighter = |mine: Option<i64>, theirs: Option<i64>, least: bool| {
            let is_theirs = match (mine, theirs) {
                (Some(mine), Some(theirs)) => (theirs > mine) == least && theirs != mine,
                (mine, theirs) => mine.is_none() && theirs.is_some(),
            };
            if is_theirs {
                take(if least {
                    Outside::Below
                } else {
                    Outside::Above
                });
                theirs
            } else {
                mine
            }
        };
        let at_least = tighter(a.at_least, b.at_least, true);
        let at_most = tighter(a.at_most, b.at_most, false);
        for (mine, way) in [
            (a.shortest.is_some(), Outside::Short),
            (a.longest.is_some(), Outside::Long),
            (a.matches.is_some(), Outside::Unlike),
            (!a.any_of.is_empty(), Outside::NoneOfThem),
        ] {
            if !mine && let Some(span) = b.said.of(way) {
                said.add(way, span);
            }
        }
        Self {
            one_of,
            at_least,
            at_most,
            shortest: a.shortest.or(b.shortest),
            longest: a.longest.or(b.longest),
            matches: a.matches.or(b.matches),
            any_of: if a.any_of.is_empty() {
                b.any_of
            } else {
                a.any_of
            },
            again: a.again.or(b.again),
            said,
        }
    }

    /// The values that either of two domains has; all where no domain can say it.
    #[must_use]
    pub fn either(a: Self, b: Self) -> Option<Self> {
        if a == b {
            return Some(a);
        }
        let listed_alone = |one: &Self| {
            let rest = Self {
                one_of: Vec::new(),
                ..one.clone()
            };
            !one.one_of.is_empty() && rest == Self::default()
        };
        if !listed_alone(&a) || !listed_alone(&b) {
            return None;
        }
        let mut any = a;
        for value in b.one_of {
            if !any.one_of.iter().any(|known| is_same(known, &value)) {
                any.one_of.push(value);
            }
        }
        Some(any)
    }
}

/// Whether a value is of the type of a shape, and one that it admits.
fn keeps(shape: &Shape, value: &Value) -> bool {
    is_of(&shape.kind, value) && shape.keeps_domain(value)
}

/// Whether a value is of a type; what is in objects and lists is not looked at.
#[must_use]
pub fn is_of(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Object(_) => value.is_object(),
        Kind::List(_) => value.is_array(),
        Kind::Text => value.is_string(),
        // Without a fraction, however it is spelled (JSON Schema 2020-12, 4.2.3).
        Kind::Integer => {
            value.is_number() && value.as_f64().is_none_or(|number| number.fract() == 0.0)
        }
        Kind::Number => value.is_number(),
        Kind::Boolean => value.is_boolean(),
        Kind::DateTime(fraction) => {
            let text = value.as_str();
            text.is_some_and(|text| text::is_date_time(text, *fraction))
        }
        Kind::Guid => value.as_str().is_some_and(text::is_guid),
        Kind::Unknown | Kind::Mixed => true,
    }
}

/// Whether two values are the same; numbers are by what they are, however they are spelled.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a == b,
            _ => a.as_f64() == b.as_f64(),
        },
        (a, b) => a == b,
    }
}

fn is_below(number: &Number, bound: i64) -> bool {
    match number.as_i64() {
        Some(number) => number < bound,
        None => number.as_f64() < Number::from(bound).as_f64(),
    }
}

fn is_above(number: &Number, bound: i64) -> bool {
    match number.as_i64() {
        Some(number) => number > bound,
        None => number.as_f64() > Number::from(bound).as_f64(),
    }
}

impl Pattern {
    /// An expression that a whole text matches.
    ///
    /// ```
    /// # use portal_conformance::shape::domain::Pattern;
    /// let color = Pattern::whole("#[0-9a-f]{6}").unwrap();
    /// assert!(color.is_match("#a7fc00") && !color.is_match("a #a7fc00"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`PatternError`]: no regular expression, or one that is too large.
    pub fn whole(text: &str) -> Result<Self, PatternError> {
        // By itself first, as a parenthesis that closes too early would find its partner here.
        Self::within(text)?;
        Self::within(&format!("^(?:{text})$"))
    }

    /// An expression that any part of a text matches, as the patterns of JSON Schema do.
    ///
    /// # Errors
    ///
    /// [`PatternError`], as of [`Pattern::whole`].
    pub fn within(text: &str) -> Result<Self, PatternError> {
        bounded(text)?;
        match compiled(text, MAX_COMPILED) {
            Ok(regex) => Ok(Self::of(regex)),
            Err(error) => Err(refusal(&error)),
        }
    }

    fn of(regex: Regex) -> Self {
        Self {
            regex: Arc::new(regex),
            format: None,
        }
    }

    /// The same, where it stands for a format of that name.
    #[must_use]
    pub fn of_format(self, format: &'static str) -> Self {
        Self {
            format: Some(format),
            ..self
        }
    }

    /// The format that it stands for, where it does.
    #[must_use]
    pub fn format(&self) -> Option<&'static str> {
        self.format
    }

    /// Whether a text matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The expression, as JSON Schema has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }
}

impl Patterns {
    /// An expression that any part of a text matches, as [`Pattern::within`] makes it.
    ///
    /// # Errors
    ///
    /// [`PatternError`], as of [`Pattern::whole`], and that there are too many of them.
    pub fn within(&mut self, text: &str) -> Result<Pattern, PatternError> {
        bounded(text)?;
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let made = self.made(text);
        self.known.insert(text.to_owned(), made.clone());
        made
    }

    fn made(&mut self, text: &str) -> Result<Pattern, PatternError> {
        let mut tried = 0;
        for size in SIZES {
            if size > MAX_ALL_COMPILED - self.taken {
                self.taken += tried;
                let message = "more regular expressions than are read of one document".to_owned();
                return Err(PatternError { message });
            }
            match compiled(text, size) {
                Err(regex::Error::CompiledTooBig(_)) if size < MAX_COMPILED => tried = size,
                made => {
                    self.taken += size;
                    let made = made.map(Pattern::of);
                    return made.map_err(|error| refusal(&error));
                }
            }
        }
        Err(refusal(&regex::Error::CompiledTooBig(MAX_COMPILED)))
    }
}

/// That a text is not too long for an expression.
fn bounded(text: &str) -> Result<(), PatternError> {
    if text.len() > MAX_PATTERN + "^(?:)$".len() {
        let message = format!("a regular expression of more than {MAX_PATTERN} bytes");
        return Err(PatternError { message });
    }
    Ok(())
}

fn compiled(text: &str, size: usize) -> Result<Regex, regex::Error> {
    let mut builder = RegexBuilder::new(text);
    builder.size_limit(size).nest_limit(MAX_NESTING);
    builder.build()
}

/// Why a text is no expression, in words.
fn refusal(error: &regex::Error) -> PatternError {
    let message = match error {
        regex::Error::CompiledTooBig(_) => "a regular expression that is too large".into(),
        error => {
            let told = error.to_string();
            let last = told.lines().last().unwrap_or_default();
            let reason = last.trim_start_matches("error: ");
            format!("no regular expression: {reason}")
        }
    };
    PatternError { message }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    /// Writes the expression as it was given to [`Pattern::whole`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.as_str();
        let inner = text.strip_prefix("^(?:");
        f.write_str(
            inner
                .and_then(|text| text.strip_suffix(")$"))
                .unwrap_or(text),
        )
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::whole(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_in_its_domain_or_says_how_it_is_not() {
        let listed = Domain {
            one_of: vec![json!(0), json!("a")],
            ..Domain::default()
        };
        let bounded = Domain {
            at_least: Some(-1),
            at_most: Some(9_007_199_254_740_993),
            ..Domain::default()
        };
        let matching = Domain {
            matches: Some(Pattern::whole("a|b+").unwrap()),
            ..Domain::default()
        };
        for (domain, value, expected) in [
            (&listed, json!(0), None),
            (&listed, json!(0.0), None),
            (&listed, json!(1), Some(Outside::Unlisted)),
            (&listed, json!("a"), None),
            (&listed, json!("A"), Some(Outside::Unlisted)),
            (&bounded, json!(-1), None),
            (&bounded, json!(-1.5), Some(Outside::Below)),
            (&bounded, json!(-2), Some(Outside::Below)),
            (&bounded, json!(9_007_199_254_740_993_i64), None),
            (
                &bounded,
                json!(9_007_199_254_740_994_i64),
                Some(Outside::Above),
            ),
            (&bounded, json!(u64::MAX), Some(Outside::Above)),
            (&bounded, json!("x"), None),
            (&matching, json!("bb"), None),
            (&matching, json!("ab"), Some(Outside::Unlike)),
            (&matching, json!(7), None),
        ] {
            assert_eq!(domain.outside(&value), expected, "{value}");
        }
    }

    #[test]
    fn an_expression_is_bounded() {
        for text in ["(", "a)(b", "x{1000}{1000}", "\\q", &"a".repeat(2_000)] {
            let error = Pattern::whole(text).unwrap_err().to_string();
            assert!(error.contains("regular expression"), "{error}");
        }
        let deep = format!("{}a{}", "(".repeat(80), ")".repeat(80));
        assert!(Pattern::whole(&deep).is_err());
        let pattern = Pattern::whole("a|b").unwrap();
        assert_eq!(
            (pattern.to_string().as_str(), pattern.as_str()),
            ("a|b", "^(?:a|b)$")
        );
    }

    #[test]
    fn an_expression_of_a_document_is_compiled_once() {
        let mut patterns = Patterns::default();
        let name = r"^[\p{L} '-]{1,20}$";
        let [one, other] = [(); 2].map(|()| patterns.within(name).unwrap());
        assert!(Arc::ptr_eq(&one.regex, &other.regex) && one.is_match("Ada"));
        let taken = patterns.taken;
        assert!(taken > SIZES[0] && taken <= MAX_COMPILED, "{taken}");
        let large = "x{1000}{1000}";
        for refused in [large, "("] {
            let reasons = [(); 2].map(|()| patterns.within(refused).unwrap_err().to_string());
            assert_eq!(reasons[0], reasons[1]);
        }
        assert_eq!(patterns.taken, taken + MAX_COMPILED + SIZES[0]);
    }

    #[test]
    fn the_expressions_of_a_document_are_bounded_together() {
        let mut patterns = Patterns::default();
        let mut large = (0..).map(|at| format!("a{{{at}}}b{{1000}}{{1000}}"));
        let reasons: Vec<String> = large
            .by_ref()
            .take(MAX_ALL_COMPILED / MAX_COMPILED + 1)
            .map(|text| patterns.within(&text).unwrap_err().to_string())
            .collect();
        let (last, others) = reasons.split_last().unwrap();
        assert!(others.iter().all(|reason| reason.contains("too large")));
        assert!(last.contains("more regular expressions"), "{last}");
        assert!(patterns.taken <= MAX_ALL_COMPILED);
    }
}
