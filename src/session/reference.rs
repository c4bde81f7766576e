//! The reference portal, as the portal that is tried where none is named.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use url::Url;

use crate::amount::Rate;
use crate::contract::Contract;
use crate::portal::{self, Deployment, Portal};
use crate::profile::Profile;
use crate::target::{Credentials, Target};

/// Its token.
const TOKEN: &str = "reference-portal-token";

/// The reference portal in this process; it stops when it is dropped.
#[derive(Debug)]
pub(super) struct Reference {
    /// Where it is.
    pub(super) url: Url,
    _portal: Portal,
}

impl Reference {
    /// Starts it on a port of its own.
    pub(super) async fn start(
        contract: &Arc<Contract>,
        profile: &Arc<Profile>,
    ) -> io::Result<Self> {
        let deployment = Deployment::new(Arc::clone(contract), Arc::clone(profile), TOKEN);
        let portal = Portal::start(deployment, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        Ok(Self {
            url: url_of(portal.address()),
            _portal: portal,
        })
    }
}

/// Adds to a target what the reference portal brings along, its address excepted. Nobody else has to be
/// spared requests in the process.
pub(super) fn complete(target: &mut Target, contract: &Contract, profile: &Profile) {
    target.credentials = Credentials::raw(TOKEN);
    target.limits.rate = Rate::UNLIMITED;
    target.stand_in = Some(portal::stand_in());
    for (name, values) in portal::parameters(contract, profile) {
        target.parameters.entry(name).or_insert(values);
    }
}

fn url_of(address: SocketAddr) -> Url {
    Url::parse(&format!("http://{address}"))
        .unwrap_or_else(|_| unreachable!("an address is a host"))
}
