//! What the cases of a run took away themselves: things of its own that the portal says it deleted.
//!
//! In come method and path of a documented operation, and an exchange; out comes the name as which the id is kept, and the id.

use crate::client::Exchange;
use crate::session::recipe::fill::{bare_steps, decoded, whole};
use crate::session::recipe::{Recipe, undoing};

/// It will be done, or not (RFC 9110, 15.3.3).
const ACCEPTED: u16 = 202;

impl Recipe {
    /// What a documented deletion took away whose path ends in an id that steps keep; `None` where the portal does not
    /// say so.
    #[must_use]
    pub fn taken(
        &self,
        (method, path): (&str, &str),
        exchange: &Exchange,
    ) -> Option<(String, String)> {
        if method != "DELETE" || exchange.request.method != "DELETE" {
            return None;
        }
        let name = whole(bare_steps(path).next()?)?;
        let status = undoing::done(exchange).ok()?;
        let is_made = self.makes().contains(name);
        let id = decoded(bare_steps(&exchange.request.path).next()?);
        (is_made && status != ACCEPTED).then(|| (name.to_owned(), id))
    }
}
