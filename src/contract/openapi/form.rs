//! Which form the values of keywords have (`JSON Schema` 2020-12, validation 6 to 9; `OpenAPI` 3.0.3, 4.7.24).

use crate::contract::Unread;
use crate::contract::openapi::tree::At;

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Boolean,
    Number,
    /// A flag beside a bound in 3.0, another bound in 3.1.
    BooleanOrNumber,
    /// A whole number, 0 or more.
    Count,
    Text,
    /// A list of names.
    Names,
    List,
    Object,
}

/// The keywords whose values are looked at here; what else is wrong with one is told where it is read.
const FORMS: [(&str, Form); 22] = [
    ("discriminator", Form::Object),
    ("enum", Form::List),
    ("exclusiveMaximum", Form::BooleanOrNumber),
    ("exclusiveMinimum", Form::BooleanOrNumber),
    ("format", Form::Text),
    ("maxItems", Form::Count),
    ("maxLength", Form::Count),
    ("maxProperties", Form::Count),
    ("maximum", Form::Number),
    ("minItems", Form::Count),
    ("minLength", Form::Count),
    ("minProperties", Form::Count),
    ("minimum", Form::Number),
    ("multipleOf", Form::Number),
    ("nullable", Form::Boolean),
    ("pattern", Form::Text),
    ("patternProperties", Form::Object),
    ("readOnly", Form::Boolean),
    ("required", Form::Names),
    ("uniqueItems", Form::Boolean),
    ("writeOnly", Form::Boolean),
    ("xml", Form::Object),
];

/// Texts that say `true` (YAML 1.1 takes them for it).
const TRUE: [&str; 3] = ["true", "yes", "on"];
/// Texts that say `false`.
const FALSE: [&str; 3] = ["false", "no", "off"];

/// A value of another form than its keyword has.
#[derive(Debug)]
pub(super) struct Misformed {
    /// Where it stands, and what is expected there.
    pub(super) flaw: Unread,
    /// Whether what it means is plain, and taken all the same.
    pub(super) is_taken: bool,
}

/// The keywords of a schema whose values have another form.
pub(super) fn misformed(schema: At<'_>) -> impl Iterator<Item = Misformed> {
    schema.entries().filter_map(|(name, value)| {
        let keyword = name.text()?;
        let at = FORMS
            .binary_search_by_key(&keyword, |(known, _)| *known)
            .ok()?;
        of(keyword, value, FORMS[at].1)
    })
}

/// The same of a flag that is no keyword of a schema.
pub(super) fn misformed_flag(place: At<'_>, name: &str) -> Option<Misformed> {
    of(name, place.entry(name)?.1, Form::Boolean)
}

/// Whether a member says `true`, be it as a text.
pub(super) fn means(place: At<'_>, name: &str) -> bool {
    place.says(name) || says(place.text_of(name), &TRUE)
}

fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn of(keyword: &str, value: At<'_>, form: Form) -> Option<Misformed> {
    if form.has(value) {
        return None;
    }
    let text = value.text().unwrap_or_default();
    let is_taken = match form {
        Form::Boolean => says(text, &TRUE) || says(text, &FALSE),
        Form::Count => text.parse::<usize>().is_ok(),
        Form::List => value.text().is_some() && !value.is_null(),
        _ => false,
    };
    let found = if text.is_empty() || value.is_null() {
        value.what().to_owned()
    } else {
        format!("{} `{text}`", value.what())
    };
    Some(Misformed {
        flaw: Unread {
            offset: value.span().start,
            expected: format!("{} as `{keyword}`", form.words()),
            found,
        },
        is_taken,
    })
}

impl Form {
    fn has(self, value: At<'_>) -> bool {
        match self {
            Self::Boolean => value.boolean().is_some(),
            Self::Number => value.is_number(),
            Self::BooleanOrNumber => value.boolean().is_some() || value.is_number(),
            Self::Count => {
                value.is_number() && {
                    let number = value.value();
                    let number = number.as_ref();
                    number.is_some_and(|number| {
                        number.as_u64().is_some() || number.as_f64().is_some_and(is_count)
                    })
                }
            }
            // Texts that YAML takes for numbers are written without marks.
            Self::Text => value.text().is_some() && !value.is_null(),
            Self::Names => value.is_list() && value.items().all(|name| Self::Text.has(name)),
            Self::List => value.is_list(),
            Self::Object => value.is_map(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Boolean => "`true` or `false`",
            Self::Number => "a number",
            Self::BooleanOrNumber => "a number, or `true` or `false`,",
            Self::Count => "a whole number, 0 or more,",
            Self::Text => "a text",
            Self::Names => "a list of names",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// Whether a number is a whole one, 0 or more.
fn is_count(number: f64) -> bool {
    number >= 0.0 && number.fract() == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_found_in_their_order() {
        assert!(FORMS.is_sorted_by_key(|(name, _)| name));
    }
}
