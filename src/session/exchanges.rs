//! What a run asks and gets, told as it happens, without what nobody may read.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::client::{Client, Exchange, Witness};
use crate::secret::HIDDEN;
use crate::session::event::{Event, Listener, ToldExchange, Whole};
use crate::session::mask::Mask;
use crate::session::records::{header, split};
use crate::target::Target;

/// So many bytes of a body are told.
const MAX_BODY: usize = 64 * 1024;
/// So many bytes of a media type.
const MAX_MEDIA_TYPE: usize = 200;

/// How much is told of each exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What was asked, what came, how long it took and how large it was.
    Line,
    /// Headers and bodies as well.
    Whole,
}

/// How exchanges are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchanges {
    /// How much of each.
    pub detail: Detail,
    /// Whether the portal's data is told; other values of the same type and length are otherwise.
    pub show_values: bool,
}

/// What of bodies stays as it is.
struct Untouched {
    ids: Vec<String>,
    envelope: BTreeSet<String>,
}

impl Exchanges {
    /// A client whose exchanges are told; ids that were asked for and numbers around the payload stay as they
    /// are.
    pub(super) fn told(
        self,
        client: Client,
        (ids, envelope): (Vec<String>, BTreeSet<String>),
        tell: &Listener,
    ) -> Client {
        let target = client.shared_target();
        let kept = Untouched { ids, envelope };
        let tell = Arc::clone(tell);
        client.witnessed(Witness::new(move |exchange| {
            let told = self.of(&target, &kept, exchange);
            tell(Event::Exchanged(Box::new(told)));
        }))
    }

    fn of(self, target: &Arc<Target>, kept: &Untouched, exchange: &Exchange) -> ToldExchange {
        let outcome = &exchange.outcome;
        let response = outcome.as_ref().ok();
        let media_type = response.and_then(|response| response.content_types.first());
        ToldExchange {
            request: exchange.request.clone(),
            target: Arc::clone(target),
            status: exchange.status(),
            failure: outcome.as_ref().err().map(|why| target.scrub(&why.message)),
            media_type: media_type.map_or_else(String::new, |text| media_type_of(text, target)),
            received: response.map_or(0, |response| response.body.len()),
            elapsed: exchange.elapsed,
            retries: exchange.retries,
            whole: (self.detail == Detail::Whole).then(|| self.whole(target, kept, exchange)),
        }
    }

    fn whole(self, target: &Target, kept: &Untouched, exchange: &Exchange) -> Whole {
        let Ok(response) = &exchange.outcome else {
            return Whole {
                headers: Vec::new(),
                body: String::new(),
                more: 0,
            };
        };
        let split = split(target, &response.head.headers);
        let headers = response.head.headers.iter();
        let headers = headers.map(|(name, value)| {
            if split.contains(name.as_str()) {
                return (name.clone(), HIDDEN.to_owned());
            }
            let value = header(target, name, value);
            (target.scrub(name), target.scrub(&value))
        });
        let body = &response.body[..response.body.len().min(MAX_BODY)];
        let body = if self.show_values {
            target.scrub(&String::from_utf8_lossy(body))
        } else {
            let envelope = kept.envelope.iter().map(String::as_str);
            let masked = Mask::with(&kept.ids, envelope).body(body);
            target.scrub(&String::from_utf8_lossy(&masked))
        };
        Whole {
            headers: headers.collect(),
            body,
            more: response.body.len().saturating_sub(MAX_BODY),
        }
    }
}

/// A media type as it is told; its start, where a portal made it long.
fn media_type_of(text: &str, target: &Target) -> String {
    let start = &text[..text.floor_char_boundary(MAX_MEDIA_TYPE)];
    let end = if start.len() < text.len() { "…" } else { "" };
    target.scrub(&format!("{start}{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_media_type_is_told_by_its_start() {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials.token = Some(Secret::new("geheim-und-lang"));
        let told = |text: &str| media_type_of(text, &target);
        assert_eq!(told("text/xml; charset=utf-8"), "text/xml; charset=utf-8");
        let cut = format!("{}geheim-und-lang", "a".repeat(194));
        assert_eq!(told(&cut), format!("{}***…", "a".repeat(194)));
        assert_eq!(told(&"&".repeat(400_000)).len(), 200 + "…".len());
    }
}
