//! The pretend platforms of the demo shop: opened, filled and listened to.

use super::clock::StageClock;
use super::plan::Step;
use super::script::{Script, Shop};
use channels::Tokens;
use domain::{Platform, Secret, Timestamp};
use sandbox::aliexpress::{self, AliExpress};
use sandbox::mailbox::{Mailbox, MailboxConfig, MailboxHandle};
use sandbox::shopee::{ShopSetup, Shopee};
use sandbox::{Core, Server};
use std::collections::BTreeMap;
use std::io;

/// Ids of a platform between two runs of the demo; no run lasts long enough to use as many.
const IDS_PER_RUN: u64 = 1_000_000_000;
/// The same for mails, whose numbers are smaller.
const UIDS_PER_RUN: u32 = 10_000;
/// So many calls are remembered; the demo may run for days.
const CALLS_KEPT: usize = 500;

/// One pretend store.
pub(super) enum Pretend {
    AliExpress(AliExpress),
    Shopee { shop: Shopee, server: Option<Server> },
    Mail(MailboxHandle),
}

/// All of them, by their names in the script. Dropping it stops their servers.
pub(super) struct Platforms {
    pub(super) stores: BTreeMap<String, Pretend>,
    pub(super) pictures: Server,
}

/// Where a store is found, and what opens it.
pub(super) struct Way {
    /// The gateway with scheme, or the mail server with its port.
    pub(super) host: String,
    /// Partner key, app secret or mail password.
    pub(super) key: Secret,
    /// Access and refresh token with their ends.
    pub(super) tokens: Option<Tokens>,
}

impl Platforms {
    /// Opens empty platforms. The pictures take `port` if it is free: their addresses are in messages that are kept.
    pub(super) async fn open(script: &Script, clock: &StageClock, port: u16) -> io::Result<Self> {
        let core = || Core::new(clock.reader());
        let pictures = match sandbox::serve_at(sandbox::pictures(), quiet(core()), port).await {
            Ok(server) => server,
            Err(_) => sandbox::serve(sandbox::pictures(), quiet(core())).await?,
        };
        let mut stores = BTreeMap::new();
        for shop in &script.shops {
            let pretend = match shop.platform {
                Platform::AliExpress => {
                    let (key, secret) = (shop.account.clone(), secret(shop));
                    let app = aliexpress::App { key, secret, leading_slash: true };
                    let store = AliExpress::start(app, clock.reader()).await?;
                    store.ledger().keep_calls(CALLS_KEPT);
                    Pretend::AliExpress(store)
                }
                Platform::Shopee => {
                    let setup = ShopSetup {
                        partner_id: shop.account.parse().map_err(io::Error::other)?,
                        partner_key: secret(shop),
                        shop_id: shop.shop_id,
                        shop_name: shop.name.clone(),
                        region: shop.region.clone(),
                        ..ShopSetup::default()
                    };
                    Pretend::Shopee { shop: Shopee::new(quiet(core()), setup), server: None }
                }
                Platform::Mail => {
                    let config =
                        MailboxConfig { user: shop.account.clone(), password: Secret::new(secret(shop)) };
                    Pretend::Mail(Mailbox::start(config, clock.reader()).await?)
                }
                Platform::Bridge => return Err(io::Error::other("nobody pretends to be a bridge")),
            };
            stores.insert(shop.key.clone(), pretend);
        }
        let platforms = Self { stores, pictures };
        let buyers = script.buyers.iter().map(|b| (&b.shop, b.key, &b.name, &b.country));
        for (shop, key, name, country) in
            buyers.chain(script.later.iter().map(|l| (&l.shop, l.key, &l.name, &l.country)))
        {
            platforms.meet(shop, key, name, country);
        }
        Ok(platforms)
    }

    /// Puts the past in, and leaves `run` runs' worth of ids out behind it.
    pub(super) fn fill(&self, past: &[Step<'_>], clock: &StageClock, run: u32) {
        for step in past {
            clock.pin(step.at);
            self.act(step);
        }
        clock.release();
        for store in self.stores.values() {
            match store {
                Pretend::AliExpress(store) => store.skip_ids(IDS_PER_RUN * u64::from(run)),
                Pretend::Shopee { shop, .. } => shop.skip_ids(IDS_PER_RUN * u64::from(run)),
                Pretend::Mail(store) => store.skip_uids(UIDS_PER_RUN.saturating_mul(run)),
            }
        }
    }

    /// Lets the engine in.
    pub(super) async fn listen(&mut self) -> io::Result<()> {
        for store in self.stores.values_mut() {
            if let Pretend::Shopee { shop, server } = store {
                *server = Some(shop.start().await?);
            }
        }
        Ok(())
    }

    /// The way to a store, with fresh tokens.
    pub(super) fn way(&self, shop: &Shop, now: Timestamp) -> Option<Way> {
        let until = |seconds| now.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(now);
        let tokens = |access: String, refresh: String, seconds: i64| {
            Some(Tokens {
                access: Secret::new(access),
                refresh: Secret::new(refresh),
                access_until: until(seconds),
                refresh_until: None,
            })
        };
        let key = Secret::new(secret(shop));
        Some(match self.stores.get(&shop.key)? {
            Pretend::AliExpress(store) => {
                let pair = store.authorise();
                Way { host: store.base(), key, tokens: tokens(pair.access, pair.refresh, pair.expires_in) }
            }
            Pretend::Shopee { shop, server } => {
                let pair = shop.authorise();
                let host = server.as_ref()?.base();
                Way { host, key, tokens: tokens(pair.access, pair.refresh, pair.expire_in) }
            }
            Pretend::Mail(store) => Way { host: store.addr().to_string(), key, tokens: None },
        })
    }

    /// Where the pictures are, for the next run.
    pub(super) fn pictures_port(&self) -> u16 {
        self.pictures.port()
    }

    fn meet(&self, shop: &str, buyer: u64, name: &str, country: &str) {
        match self.stores.get(shop) {
            Some(Pretend::AliExpress(store)) => store.add_buyer(buyer, name, country),
            Some(Pretend::Shopee { shop, .. }) => shop.add_buyer(buyer, name),
            Some(Pretend::Mail(_)) | None => {}
        }
    }
}

fn quiet(core: Core) -> Core {
    core.ledger.keep_calls(CALLS_KEPT);
    core
}

/// Opens nothing but the pretend store of that name.
fn secret(shop: &Shop) -> String {
    format!("demo-{}", shop.key)
}
