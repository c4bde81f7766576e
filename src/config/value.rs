//! Values that may be written in more than one way, and those that must not be written at all.

use std::fmt;
use std::path::PathBuf;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use toml::value::Datetime;

use crate::config::{HeaderValue, Leave, Quantity, SecretRef, Texts, Values, is_variable_name};

/// What to write in a secret's place.
const NO_SECRET: &str = "no secret stands in this file: write { env = \"VARIABLE\" } or { file = \"PATH\" }, \
     which say where it is found";

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Values;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, a text, a table or a list of them")
            }

            fn visit_i64<E>(self, number: i64) -> Result<Values, E> {
                Ok(Values::Integer(number))
            }

            fn visit_str<E>(self, text: &str) -> Result<Values, E> {
                Ok(Values::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Values, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = items.next_element()? {
                    if matches!(value, Values::List(_)) {
                        return Err(A::Error::custom("a list in a list is no list of values"));
                    }
                    values.push(value);
                }
                if values.is_empty() {
                    return Err(A::Error::custom("an empty list names no value"));
                }
                Ok(Values::List(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Values, A::Error> {
                let members = MapAccessDeserializer::new(members);
                let members = serde_json::Map::deserialize(members)?;
                // What TOML has as a date is read as a table.
                if members.keys().any(|name| name.starts_with("$__toml")) {
                    return Err(A::Error::invalid_type(Unexpected::Other("datetime"), &self));
                }
                Ok(Values::Object(members))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Deserialize<'de> for Leave {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Leave;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or a list of names of operations")
            }

            fn visit_bool<E>(self, is_given: bool) -> Result<Leave, E> {
                Ok(Leave::All(is_given))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Leave, A::Error> {
                let mut names: Vec<String> = Vec::new();
                while let Some(name) = items.next_element()? {
                    names.push(name);
                }
                if names.is_empty() || names.iter().any(|name| name.trim().is_empty()) {
                    return Err(A::Error::custom(
                        "expected names of operations, such as post-crm-contact-*, or false",
                    ));
                }
                Ok(Leave::Named(names))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of them")
            }

            fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                if texts.is_empty() {
                    return Err(A::Error::custom("an empty list names nothing"));
                }
                Ok(Texts::List(texts))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Quantity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a text with its unit")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Quantity, E> {
                Ok(Quantity::Text(number.to_string()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Quantity, E> {
                Ok(Quantity::Number(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Quantity, E> {
                Ok(Quantity::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = SecretRef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("{ env = \"VARIABLE\" } or { file = \"PATH\" }")
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<SecretRef, E> {
                Err(E::custom(NO_SECRET))
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<SecretRef, E> {
                Err(E::custom(NO_SECRET))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<SecretRef, E> {
                Err(E::custom(NO_SECRET))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SecretRef, A::Error> {
                from_map(map)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Deserialize<'de> for HeaderValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = HeaderValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, { env = \"VARIABLE\" } or { file = \"PATH\" }")
            }

            fn visit_str<E>(self, text: &str) -> Result<HeaderValue, E> {
                Ok(HeaderValue::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HeaderValue, A::Error> {
                from_map(map).map(HeaderValue::Found)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A table with one of two keys.
fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<SecretRef, A::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        env: Option<String>,
        file: Option<PathBuf>,
    }
    let Table { env, file } = Table::deserialize(MapAccessDeserializer::new(map))?;
    if env.is_some() == file.is_some() {
        return Err(A::Error::custom(
            "expected exactly one of `env` and `file`: where the value is found",
        ));
    }
    if env.as_deref() == Some("") {
        return Err(A::Error::custom("`env` names no variable"));
    }
    if env.as_ref().is_some_and(|name| !is_variable_name(name)) {
        return Err(A::Error::custom(
            "`env` takes the name of an environment variable: what stands there is none, and is not shown, as it may be the secret itself",
        ));
    }
    Ok(SecretRef { env, file })
}

/// A day, as a text or as TOML's own local date.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Reader;
    impl<'de> Visitor<'de> for Reader {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a day such as 2026-12-31")
        }

        fn visit_str<E>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<String, A::Error> {
            Datetime::deserialize(MapAccessDeserializer::new(map)).map(|day| day.to_string())
        }
    }
    deserializer.deserialize_any(Reader)
}
