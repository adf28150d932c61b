//! The guarded client: each request, and each redirect, is decided first and then pinned.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::body::Body;
use super::error::{Error, Phase};
use super::limits::{HEADER_LINES, Limits};
use super::proxy::EnvironmentProxies;
use super::redirect::{self, Parts};
use super::resolve::Resolver;
use super::timing::Timing;
use super::tls::Tls;
use super::way::{Nobody, Way};
use crate::trust::{Answers, Hop, Host, Lookup, Origin, Policy, Proxy, Reason, Scheme, Verdict};

/// Headers that a request never has from outside.
pub const CONNECTION_HEADERS: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How this client calls itself.
const USER_AGENT: &str = concat!("clawconf/", env!("CARGO_PKG_VERSION"));

/// What is asked. Values of headers that are secret are to be marked so
/// ([`HeaderValue::set_sensitive`]).
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// The headers; the length comes by itself, and so does `Host` unless it is here.
    pub headers: HeaderMap,
    /// The body.
    pub body: Option<Bytes>,
}

impl fmt::Debug for Request {
    /// Without the URL, which may hold a password, and without what the body says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("headers", &self.headers)
            .field("body", &self.body.as_ref().map(Bytes::len))
            .finish_non_exhaustive()
    }
}

impl Request {
    /// A request without a body.
    #[must_use]
    pub fn get(url: impl Into<String>, headers: HeaderMap) -> Request {
        Request {
            method: Method::GET,
            url: url.into(),
            headers,
            body: None,
        }
    }

    /// A request with a JSON text as its body.
    #[must_use]
    pub fn post(url: impl Into<String>, mut headers: HeaderMap, json: impl Into<Bytes>) -> Request {
        let kind = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, kind);
        Request {
            method: Method::POST,
            url: url.into(),
            headers,
            body: Some(json.into()),
        }
    }
}

/// An answer whose head has come.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// Where it came from, after redirects.
    pub origin: Origin,
    /// The address it came from: the server's, or the proxy's.
    pub peer: Option<IpAddr>,
    /// How many redirects led here.
    pub redirects: usize,
    /// How long the last connection took to stand.
    pub connected: Option<Duration>,
    /// The rest.
    pub body: Body,
}

/// Sends the requests of one provider, under its policy and with its settings. No connection is kept,
/// so none can serve another policy or an answer of DNS that was not judged.
#[derive(Debug, Clone)]
pub struct Client {
    policy: Policy,
    resolver: Arc<Resolver>,
    tls: Tls,
    environment: EnvironmentProxies,
    limits: Limits,
}

/// A request that was made, as the policy wants to know it.
struct Asked {
    url: String,
    answers: Option<Vec<IpAddr>>,
}

impl Client {
    /// A client under `policy`, which is asked before every connection.
    #[must_use]
    pub fn new(policy: Policy, resolver: Arc<Resolver>, limits: Limits) -> Client {
        Client {
            policy,
            resolver,
            tls: Tls::default(),
            environment: EnvironmentProxies::default(),
            limits,
        }
    }

    /// The same with `request.tls` of the provider.
    #[must_use]
    pub fn with_tls(self, tls: Tls) -> Client {
        Client { tls, ..self }
    }

    /// The same with the proxies of the environment, which are used only where the policy says
    /// [`Proxy::Environment`].
    #[must_use]
    pub fn with_environment(self, environment: EnvironmentProxies) -> Client {
        Client {
            environment,
            ..self
        }
    }

    /// The limits of each request.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The same client with no more time for each request than this.
    #[must_use]
    pub fn within(&self, total: Duration) -> Client {
        let least = self.limits.total.map_or(total, |own| own.min(total));
        Client {
            limits: self.limits.within(least),
            ..self.clone()
        }
    }

    /// What is decided of a request to `url` before it is sent: by the policy, by a look-up, and by the
    /// policy again. Nothing is sent.
    ///
    /// # Errors
    /// When the policy refuses it, or the look-up fails.
    pub async fn decide(&self, url: &str) -> Result<Verdict, Error> {
        let mut asked = Vec::new();
        self.admit(&mut asked, url.to_owned(), self.deadline())
            .await
    }

    /// Sends a request and follows its redirects, up to the body.
    ///
    /// # Errors
    /// When the policy refuses a hop, or no answer comes.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        self.send_by(request, self.deadline()).await
    }

    /// When the time of a request that begins now is up; none when it has no bound.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        Instant::now().checked_add(self.limits.total?)
    }

    /// [`Client::send`] until a deadline that several requests share, see [`Client::deadline`].
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn send_by(
        &self,
        request: Request,
        deadline: Option<Instant>,
    ) -> Result<Response, Error> {
        let mut asked: Vec<Asked> = Vec::new();
        let mut parts = Parts {
            method: request.method,
            headers: framed_here(request.headers),
            body: request.body,
        };
        let mut own: Option<Origin> = None;
        let mut next = request.url;
        let mut last: Option<Url> = None;
        loop {
            let verdict = self.admit(&mut asked, next, deadline).await?;
            let (url, origin) = landed(last.as_ref(), &asked, verdict)?;
            let own = own.get_or_insert_with(|| origin.origin.clone());
            let tls = self.tls.towards(&origin.origin, own);
            let timing = Timing::default();
            let response = self
                .dial(&url, &origin, &parts, &tls, &timing, deadline)
                .await?;
            if !redirect::leads_on(response.status()) {
                let redirects = asked.len().saturating_sub(1);
                let answered = self.answered(response, origin.origin, redirects, deadline);
                return Ok(Response {
                    connected: timing.taken(),
                    ..answered
                });
            }
            let location = response.headers().get(header::LOCATION);
            let location = location.and_then(|value| value.to_str().ok());
            next = location.unwrap_or_default().to_owned();
            let target = url.join(&next).ok();
            let target = target.and_then(|target| Origin::of(&target).ok());
            parts = parts.redirected(response.status(), target == Some(origin.origin));
            last = Some(url);
        }
    }

    /// Decides on a hop: before anybody is asked for addresses, and again with all of them.
    async fn admit(
        &self,
        asked: &mut Vec<Asked>,
        url: String,
        deadline: Option<Instant>,
    ) -> Result<Verdict, Error> {
        asked.push(Asked { url, answers: None });
        let verdict = self.judged(asked)?;
        if verdict.reason != Reason::NotLookedUp {
            return Ok(verdict);
        }
        let Some(origin) = verdict.request_origin else {
            return Ok(verdict);
        };
        let Host::Name(name) = &origin.host else {
            return Err(Error::WrongPeer(origin));
        };
        let found = self.look_up(name, &origin, deadline).await?;
        if let Some(asked) = asked.last_mut() {
            asked.answers = Some(found);
        }
        self.judged(asked)
    }

    fn judged(&self, asked: &[Asked]) -> Result<Verdict, Error> {
        let hops: Vec<Hop<'_>> = asked
            .iter()
            .map(|asked| {
                let answers = asked.answers.as_deref();
                Hop::to(&asked.url).with(answers.map_or(Answers::NotAsked, Answers::Known))
            })
            .collect();
        let verdict = self.policy.judge(&hops);
        if verdict.is_allowed() {
            Ok(verdict)
        } else {
            Err(Error::Blocked(Box::new(verdict)))
        }
    }

    /// The addresses of a name, asked for once; none when it has none, which the policy refuses.
    async fn look_up(
        &self,
        name: &str,
        origin: &Origin,
        deadline: Option<Instant>,
    ) -> Result<Vec<IpAddr>, Error> {
        let lookup = self.resolver.look_up(name);
        let lookup = in_time(deadline, &self.limits, origin, Phase::Lookup, lookup).await?;
        let host = name.to_owned();
        match lookup {
            Lookup::Answered { addresses, .. } => Ok(addresses),
            Lookup::Nothing => Ok(Vec::new()),
            Lookup::Silent => Err(Error::Dns {
                host,
                why: "nobody answered in time".to_owned(),
            }),
            Lookup::Failed(why) => Err(Error::Dns { host, why }),
        }
    }

    /// Sends one request to exactly the addresses that were judged, and waits for the head of the
    /// answer.
    async fn dial(
        &self,
        url: &Url,
        judged: &Judged,
        parts: &Parts,
        tls: &Tls,
        timing: &Timing,
        deadline: Option<Instant>,
    ) -> Result<reqwest::Response, Error> {
        let origin = &judged.origin;
        let mut way = Way::to(url, &judged.addresses);
        let mut headers = parts.headers.clone();
        let proxy = self.proxy_for(origin, deadline).await?;
        if let Some(proxy) = &proxy {
            // A proxy may go where this header says, which nobody judged.
            headers.remove(header::HOST);
            if proxy.url.scheme() == "https" && tls.cert.is_some() {
                // The library would show it to the proxy as well.
                let why = "`request.tls.cert` cannot be used through an https proxy".to_owned();
                return Err(Error::Settings(why));
            }
        }
        if let Some(name) = tls.server_name.as_deref()
            && origin.scheme == Scheme::Https
        {
            way = way.called(name)?;
            // A proxy would be asked for a way to that name.
            if proxy.is_some() && way.url.host() != url.host() {
                let why = "`request.tls.serverName` cannot be used through a proxy".to_owned();
                return Err(Error::Settings(why));
            }
            headers.insert(header::HOST, authority(url)?);
        }
        let connect = self.connect_limit(deadline);
        let http = self.http_client(&way, proxy.as_ref(), tls, timing, connect)?;
        headers
            .entry(header::USER_AGENT)
            .or_insert(HeaderValue::from_static(USER_AGENT));
        // A compressed stream is held back by whoever compresses it.
        headers
            .entry(header::ACCEPT_ENCODING)
            .or_insert(HeaderValue::from_static("identity"));
        let mut request = http.request(parts.method.clone(), way.url).headers(headers);
        if let Some(body) = &parts.body {
            request = request.body(body.clone());
        }
        let sent = in_time(
            deadline,
            &self.limits,
            origin,
            Phase::Answer,
            request.send(),
        );
        let response = sent.await?.map_err(|error| {
            if let Some(proxy) = proxy.as_ref().and_then(|proxy| Origin::of(&proxy.url).ok())
                && let Some(error) = Error::of_proxy(&error, origin, proxy)
            {
                error
            } else if error.is_connect() && error.is_timeout() {
                Error::Timeout {
                    origin: origin.clone(),
                    phase: Phase::Connect,
                    after: connect,
                }
            } else {
                Error::of(&error, origin, Phase::Answer)
            }
        })?;
        let expected = proxy.map_or(way.addresses, |proxy| proxy.addresses);
        let peer = response.remote_addr().map(|peer| peer.ip().to_canonical());
        let is_judged = |peer: IpAddr| expected.iter().any(|ip| ip.to_canonical() == peer);
        if peer.is_none_or(is_judged) {
            Ok(response)
        } else {
            Err(Error::WrongPeer(origin.clone()))
        }
    }

    /// Longest time until the connection stands. Less than what is left in all, so that a server that
    /// cannot be reached is told from one that is silent.
    fn connect_limit(&self, deadline: Option<Instant>) -> Duration {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let most = left.map(|left| left / 5 * 4);
        most.map_or(self.limits.connect, |most| most.min(self.limits.connect))
    }

    fn http_client(
        &self,
        way: &Way,
        proxy: Option<&Way>,
        tls: &Tls,
        timing: &Timing,
        connect: Duration,
    ) -> Result<reqwest::Client, Error> {
        let settings = |why: String| Error::Settings(why);
        let is_secure = |way: &Way| way.url.scheme() == "https";
        let config = if is_secure(way) || proxy.is_some_and(is_secure) {
            tls.shared_config()
        } else {
            Tls::none()
        };
        let config = config.map_err(|error| settings(error.to_string()))?;
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .http1_max_headers(HEADER_LINES)
            .connect_timeout(connect)
            .pool_max_idle_per_host(0)
            .dns_resolver(Nobody)
            .resolve_to_addrs(&way.host(), &way.sockets())
            .connector_layer(timing.clone())
            // Without one of ours the library would look for a provider of its own, and find none.
            .tls_backend_preconfigured(config);
        if let Some(proxy) = proxy {
            let settled = reqwest::Proxy::all(proxy.url.clone());
            let settled =
                settled.map_err(|_| settings("the proxy's address cannot be used".to_owned()))?;
            builder = builder
                .proxy(settled)
                .resolve_to_addrs(&proxy.host(), &proxy.sockets());
        }
        builder
            .build()
            .map_err(|_| settings("the HTTP client cannot be set up".to_owned()))
    }

    /// The way to the proxy that a request goes through, its addresses looked up; those of a proxy that
    /// the config names are judged.
    async fn proxy_for(
        &self,
        target: &Origin,
        deadline: Option<Instant>,
    ) -> Result<Option<Way>, Error> {
        let (url, is_judged) = match self.policy.proxy() {
            Proxy::None => return Ok(None),
            Proxy::Environment => match self.environment.for_target(target) {
                None => return Ok(None),
                Some(Ok(url)) => (url, false),
                Some(Err(_)) => {
                    let why = "the proxy that the environment names is not a URL".to_owned();
                    return Err(Error::Settings(why));
                }
            },
            Proxy::Explicit(written) => {
                let url = Url::parse(written.trim());
                let bad = |_| Error::Settings("the proxy's `url` is not a URL".to_owned());
                (url.map_err(bad)?, true)
            }
        };
        let origin = Origin::of(&url);
        let origin =
            origin.map_err(|_| Error::Settings("the proxy's address has no host".to_owned()))?;
        let addresses = match &origin.host {
            Host::Address(ip) => vec![*ip],
            Host::Name(name) => self.look_up(name, &origin, deadline).await?,
        };
        if addresses.is_empty() {
            let why = "the proxy's name has no address".to_owned();
            let host = origin.host.to_string();
            return Err(Error::Dns { host, why });
        }
        if is_judged {
            // Trust in `baseUrl` does not extend to the proxy.
            let policy = Policy::of_provider(None, self.policy.flag());
            let at = origin.to_string();
            let verdict = policy.judge(&[Hop::to(&at).answered(&addresses)]);
            if !verdict.is_allowed() {
                return Err(Error::Blocked(Box::new(verdict)));
            }
        }
        Ok(Some(Way::to(&url, &addresses)))
    }

    fn answered(
        &self,
        response: reqwest::Response,
        origin: Origin,
        redirects: usize,
        deadline: Option<Instant>,
    ) -> Response {
        Response {
            status: response.status(),
            headers: response.headers().clone(),
            peer: response.remote_addr().map(|peer| peer.ip()),
            redirects,
            connected: None,
            origin: origin.clone(),
            body: Body::new(response, origin, self.limits, deadline),
        }
    }
}

/// Headers without those that say where a message ends and what becomes of the connection: they are
/// for the HTTP library to set, and a wrong one hides a second request in the first.
fn framed_here(mut headers: HeaderMap) -> HeaderMap {
    for name in CONNECTION_HEADERS {
        headers.remove(name);
    }
    headers
}

/// What was judged of the last hop.
struct Judged {
    origin: Origin,
    addresses: Vec<IpAddr>,
}

/// The URL of the last hop, which must be the one that was judged.
fn landed(last: Option<&Url>, asked: &[Asked], verdict: Verdict) -> Result<(Url, Judged), Error> {
    let written = asked.last().map(|asked| asked.url.as_str());
    let written = written.unwrap_or_default();
    let url = match last {
        None => Url::parse(written),
        Some(last) => last.join(written),
    };
    let not_judged = || Error::Settings("the address of the request was not judged".to_owned());
    let url = url.map_err(|_| not_judged())?;
    let origin = Origin::of(&url).map_err(|_| not_judged())?;
    if verdict.request_origin.as_ref() != Some(&origin) || verdict.addresses.is_empty() {
        return Err(not_judged());
    }
    let addresses = verdict.addresses;
    Ok((url, Judged { origin, addresses }))
}

/// Host and port of a URL as the `Host` header names them.
fn authority(url: &Url) -> Result<HeaderValue, Error> {
    let host = url.host_str().unwrap_or_default();
    let text = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    HeaderValue::from_str(&text).map_err(|_| Error::Settings("the host cannot be sent".to_owned()))
}

/// What comes of `work` before the deadline, or before the silence is too long.
async fn in_time<T>(
    deadline: Option<Instant>,
    limits: &Limits,
    origin: &Origin,
    phase: Phase,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    let (until, after) = limits.next(deadline);
    let outcome = timeout_at(until, work).await;
    outcome.map_err(|_| Error::Timeout {
        origin: origin.clone(),
        phase,
        after,
    })
}
