//! How long a connection takes to stand: name, TCP and TLS, up to the first byte of the request.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tower_layer::Layer;
use tower_service::Service;

/// Takes the time of the first connection that is made through it.
#[derive(Debug, Clone, Default)]
pub(super) struct Timing(Arc<OnceLock<Duration>>);

impl Timing {
    /// The time, once the connection stands.
    pub(super) fn taken(&self) -> Option<Duration> {
        self.0.get().copied()
    }
}

impl<S> Layer<S> for Timing {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        let timing = self.clone();
        Timed { inner, timing }
    }
}

/// A connector whose time is taken.
#[derive(Debug, Clone)]
pub(super) struct Timed<S> {
    inner: S,
    timing: Timing,
}

impl<S, R> Service<R> for Timed<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let started = Instant::now();
        let connection = self.inner.call(request);
        let timing = self.timing.clone();
        Box::pin(async move {
            let connection = connection.await?;
            timing.0.get_or_init(|| started.elapsed());
            Ok(connection)
        })
    }
}
