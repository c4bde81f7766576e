//! What stands in a HAR file, as far as it is read; which of its entries cannot be.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::digest::Digest;
use crate::recording::Odd;
use crate::recording::asker::asker;

#[derive(Deserialize)]
pub(super) struct Har {
    pub(super) log: Log,
}

#[derive(Deserialize)]
pub(super) struct Log {
    pub(super) entries: Vec<Read>,
}

/// An entry, or what is odd about it: one that a tool broke off says nothing against the others.
pub(super) enum Read {
    Entry(Box<Written>),
    /// With its request, which may tell who asked.
    Odd(Odd, Option<Box<Request>>),
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match Written::deserialize(&value) {
            Ok(written) => Self::Entry(Box::new(written)),
            Err(_) => {
                let request = Request::deserialize(&value["request"]).ok();
                Self::Odd(odd(&value), request.map(Box::new))
            }
        })
    }
}

/// What of an entry cannot be read, once one cannot.
fn odd(entry: &Value) -> Odd {
    let (request, response) = (&entry["request"], &entry["response"]);
    let is_list = |value: &Value| value.is_null() || value.is_array();
    if !request.is_object() {
        Odd::Request
    } else if !request["method"].is_string() {
        Odd::Method
    } else if !request["url"].is_string() {
        Odd::Url
    } else if !response.is_object() {
        Odd::Response
    } else if !response["status"].is_number() {
        Odd::Status
    } else if !is_list(&request["headers"]) || !is_list(&response["headers"]) {
        Odd::Headers
    } else {
        Odd::Other
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Written {
    pub(super) started_date_time: Option<String>,
    pub(super) time: Option<f64>,
    pub(super) request: Request,
    pub(super) response: HarResponse,
    /// What a recorded run says of what it masked.
    #[serde(rename = "_masked")]
    pub(super) masked: Option<Value>,
    /// Which cache answered, as Chromium writes it.
    #[serde(rename = "_fromCache")]
    pub(super) from_cache: Option<Value>,
}

impl Written {
    /// Whether the answer came out of a cache of the browser.
    pub(super) fn is_cached(&self) -> bool {
        let from = self.from_cache.as_ref();
        from.is_some_and(|from| !from.is_null() && *from != Value::Bool(false))
    }

    /// What chooses the answer beside what is asked for.
    pub(super) fn asker(&self) -> Digest {
        let came = pairs(self.response.headers.as_ref());
        let vary = came
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("vary"));
        let vary: Vec<&str> = vary.map(|(_, value)| *value).collect();
        let vary = vary.join(",");
        asker(
            &pairs(self.request.headers.as_ref()),
            &pairs(self.request.cookies.as_ref()),
            Some(&vary),
        )
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Option<Vec<Pair>>,
    pub(super) cookies: Option<Vec<Pair>>,
    pub(super) post_data: Option<PostData>,
}

#[derive(Deserialize)]
pub(super) struct PostData {
    pub(super) text: Option<String>,
    pub(super) params: Option<Vec<Pair>>,
}

impl PostData {
    /// What was sent; a form may stand there field by field alone.
    pub(super) fn body(&self) -> Option<String> {
        let fields = self.params.as_ref().filter(|fields| !fields.is_empty());
        let as_form = |fields: &Vec<Pair>| {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for field in fields {
                form.append_pair(&field.name, field.value.as_deref().unwrap_or_default());
            }
            form.finish()
        };
        let text = self
            .text
            .clone()
            .filter(|text| !text.is_empty() || fields.is_none());
        text.or_else(|| fields.map(as_form))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HarResponse {
    pub(super) status: f64,
    pub(super) status_text: Option<String>,
    pub(super) headers: Option<Vec<Pair>>,
    pub(super) cookies: Option<Vec<Pair>>,
    pub(super) content: Option<Content>,
    pub(super) body_size: Option<f64>,
    /// Why the answer was broken off, as Chromium writes it.
    #[serde(rename = "_error")]
    pub(super) error: Option<Value>,
    /// The same, as Playwright writes it.
    #[serde(rename = "_failureText")]
    pub(super) failure_text: Option<Value>,
}

impl HarResponse {
    /// Whether the request was given up or failed before the answer was whole.
    pub(super) fn has_failed(&self) -> bool {
        let why = [&self.error, &self.failure_text];
        let mut why = why.into_iter().flatten();
        why.any(|why| !why.is_null() && *why != Value::Bool(false) && why.as_str() != Some(""))
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Content {
    pub(super) size: Option<f64>,
    /// How many bytes of the body were saved on its way; with it, mitmproxy's size is that on the way.
    pub(super) compression: Option<f64>,
    pub(super) mime_type: Option<String>,
    pub(super) text: Option<String>,
    pub(super) encoding: Option<String>,
}

impl Content {
    /// Whether its text is in Base64.
    pub(super) fn is_base64(&self) -> bool {
        let encoding = self.encoding.as_deref();
        encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"))
    }
}

#[derive(Deserialize)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: Option<String>,
}

/// Names and values.
pub(super) fn pairs(all: Option<&Vec<Pair>>) -> Vec<(&str, &str)> {
    let pairs = all.into_iter().flatten();
    let pairs = pairs.map(|pair| {
        (
            pair.name.as_str(),
            pair.value.as_deref().unwrap_or_default(),
        )
    });
    pairs.collect()
}
