//! Looks up the addresses of names.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::trust::{Lookup, Lookups};

/// Most names that are asked at the same time.
const MOST_AT_ONCE: usize = 16;

/// Most threads that wait for the system at the same time: those of names that were given up wait on.
const MOST_THREADS: usize = 4 * MOST_AT_ONCE;

/// Whom to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameServer {
    /// The system, as OpenClaw does: its hosts file, mDNS and name servers.
    System,
    /// This server and no other.
    At(SocketAddr),
}

/// Looks up every name, each twice one after the other, so that answers that change are seen.
/// `timeout` bounds each question; the order of `names` does not matter for the outcome.
///
/// # Errors
///
/// When the runtime cannot be started.
pub fn resolve(
    names: &BTreeSet<String>,
    server: NameServer,
    timeout: Duration,
) -> io::Result<Lookups> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(MOST_THREADS)
        .enable_all()
        .build()?;
    let lookups = runtime.block_on(resolve_all(names, server, timeout));
    // A look-up by the system cannot be cancelled; its thread ends by itself.
    runtime.shutdown_background();
    Ok(lookups)
}

async fn resolve_all(names: &BTreeSet<String>, server: NameServer, timeout: Duration) -> Lookups {
    let resolver = Arc::new(Resolver::new(server, timeout));
    let permits = Arc::new(Semaphore::new(MOST_AT_ONCE));
    let mut tasks = JoinSet::new();
    for name in names.iter().cloned() {
        let (resolver, permits) = (Arc::clone(&resolver), Arc::clone(&permits));
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = permits.acquire().await;
            let lookup = resolver.twice(&name).await;
            (name, lookup)
        });
    }
    let lost = || Lookup::Failed("the question was lost".to_owned());
    let mut lookups: Lookups = names.iter().map(|name| (name.clone(), lost())).collect();
    while let Some(done) = tasks.join_next().await {
        if let Ok((name, lookup)) = done {
            lookups.insert(name, lookup);
        }
    }
    lookups
}

/// Asks for the addresses of names.
#[derive(Debug)]
pub struct Resolver {
    way: Way,
    timeout: Duration,
}

#[derive(Debug)]
enum Way {
    System,
    Server(Box<TokioResolver>),
    Unusable(String),
}

/// What one question brought.
struct Answer {
    addresses: Vec<IpAddr>,
    /// Whether one kind of address was not told.
    incomplete: bool,
    ttl: Option<Duration>,
}

impl Resolver {
    /// Asks `server`; `timeout` bounds each question.
    #[must_use]
    pub fn new(server: NameServer, timeout: Duration) -> Resolver {
        let way = match server {
            NameServer::System => Way::System,
            NameServer::At(address) => Way::to(address, timeout),
        };
        Resolver { way, timeout }
    }

    /// The addresses of a name, asked for once.
    pub async fn look_up(&self, name: &str) -> Lookup {
        match self.once(name).await {
            Ok(answer) => Lookup::Answered {
                addresses: answer.addresses,
                changed: false,
                incomplete: answer.incomplete,
                ttl: answer.ttl,
            },
            Err(lookup) => lookup,
        }
    }

    async fn twice(&self, name: &str) -> Lookup {
        let first = match self.once(name).await {
            Ok(first) => first,
            Err(lookup) => return lookup,
        };
        let mut addresses = first.addresses;
        let mut incomplete = first.incomplete;
        let mut changed = false;
        match self.once(name).await {
            Ok(second) => {
                let once: BTreeSet<_> = addresses.iter().copied().collect();
                let again: BTreeSet<_> = second.addresses.iter().copied().collect();
                changed = once != again;
                incomplete |= second.incomplete;
                addresses.extend(again.difference(&once));
            }
            Err(_) => incomplete = true,
        }
        Lookup::Answered {
            addresses,
            changed,
            incomplete,
            ttl: first.ttl,
        }
    }

    async fn once(&self, name: &str) -> Result<Answer, Lookup> {
        match &self.way {
            Way::System => {
                let answer = tokio::time::timeout(self.timeout, ask_system(name)).await;
                answer.unwrap_or(Err(Lookup::Silent))
            }
            Way::Server(resolver) => ask_server(resolver, name, self.timeout).await,
            Way::Unusable(why) => Err(Lookup::Failed(why.clone())),
        }
    }
}

impl Way {
    fn to(address: SocketAddr, timeout: Duration) -> Way {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
        let connections = connections.map(|mut connection| {
            connection.port = address.port();
            connection
        });
        let server = NameServerConfig::new(address.ip(), true, connections.to_vec());
        let config = ResolverConfig::from_name_servers(vec![server]);
        let mut builder =
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let options = builder.options_mut();
        // A cache would hide answers that change.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        options.timeout = timeout;
        options.attempts = 1;
        match builder.build() {
            Ok(resolver) => Way::Server(Box::new(resolver)),
            Err(error) => Way::Unusable(error.to_string()),
        }
    }
}

async fn ask_system(name: &str) -> Result<Answer, Lookup> {
    // The system does not tell a name without addresses from a question that failed.
    let found = tokio::net::lookup_host((name, 0))
        .await
        .map_err(|_| Lookup::Nothing)?;
    let addresses = unique(found.map(|found| found.ip()));
    if addresses.is_empty() {
        return Err(Lookup::Nothing);
    }
    Ok(Answer {
        addresses,
        incomplete: false,
        ttl: None,
    })
}

async fn ask_server(
    resolver: &TokioResolver,
    name: &str,
    timeout: Duration,
) -> Result<Answer, Lookup> {
    let name = format!("{name}.");
    let question = async |kind| {
        let answer = tokio::time::timeout(timeout, ask_kind(resolver, name.clone(), kind)).await;
        answer.unwrap_or(Err(NetError::Timeout))
    };
    let (v4, v6) = tokio::join!(question(RecordType::A), question(RecordType::AAAA));
    let mut ttl: Option<Duration> = None;
    let mut addresses = Vec::new();
    let mut failure = None;
    for answer in [v4, v6] {
        match answer {
            Ok(records) => {
                for (address, holds) in records {
                    ttl = Some(ttl.map_or(holds, |ttl| ttl.min(holds)));
                    addresses.push(address);
                }
            }
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => {}
            Err(NetError::Timeout) => failure = Some(Lookup::Silent),
            Err(error) => failure = Some(Lookup::Failed(error.to_string())),
        }
    }
    let addresses = unique(addresses);
    if addresses.is_empty() {
        return Err(failure.unwrap_or(Lookup::Nothing));
    }
    Ok(Answer {
        addresses,
        incomplete: failure.is_some(),
        ttl,
    })
}

async fn ask_kind(
    resolver: &TokioResolver,
    name: String,
    kind: RecordType,
) -> Result<Vec<(IpAddr, Duration)>, NetError> {
    let lookup = resolver.lookup(name, kind).await?;
    let address = |data: &RData| match data {
        RData::A(ip) => Some(IpAddr::V4(ip.0)),
        RData::AAAA(ip) => Some(IpAddr::V6(ip.0)),
        _ => None,
    };
    let records = lookup.answers().iter();
    let addresses = records.filter_map(|record| {
        let holds = Duration::from_secs(record.ttl.into());
        Some((address(&record.data)?, holds))
    });
    Ok(addresses.collect())
}

fn unique(addresses: impl IntoIterator<Item = IpAddr>) -> Vec<IpAddr> {
    let mut seen = BTreeSet::new();
    let addresses = addresses.into_iter();
    addresses.filter(|address| seen.insert(*address)).collect()
}
