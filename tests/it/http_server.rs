//! HTTP servers on loopback that answer as a test says, byte for byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server; its threads end with the test process.
pub(crate) struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every request so far: its head and its body, as they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Starts a server that reads a request of each connection and hands it with the connection to
/// `answer`; after that the connection is closed.
pub(crate) fn start(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Server {
    start_with(move |stream, requests| {
        let request = read_request(&mut *stream);
        requests.lock().unwrap().push(request.clone());
        answer(&request, stream);
    })
}

/// Starts a server that hands each connection to `serve`, together with the list of requests.
pub(crate) fn start_with(
    serve: impl Fn(&mut TcpStream, &Mutex<Vec<String>>) + Send + Sync + 'static,
) -> Server {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let (serve, seen) = (Arc::new(serve), Arc::clone(&requests));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let (serve, seen) = (Arc::clone(&serve), Arc::clone(&seen));
            thread::spawn(move || serve(&mut stream, &seen));
        }
    });
    Server { port, requests }
}

/// Starts a server that answers every request with these bytes.
pub(crate) fn saying(answer: impl Into<Vec<u8>>) -> Server {
    let answer = answer.into();
    start(move |_, stream| {
        let _ = stream.write_all(&answer);
    })
}

/// A port of loopback that is taken while this lives, and on which nobody listens.
pub(crate) struct Refusing {
    port: u16,
    _held: [TcpStream; 2],
}

impl Refusing {
    /// Where nobody listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// Takes a port: one end of a connection has it, so that no other server can get it meanwhile.
pub(crate) fn refusing() -> Refusing {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (far, _) = listener.accept().unwrap();
    Refusing {
        port: near.local_addr().unwrap().port(),
        _held: [near, far],
    }
}

/// An answer with a length and a body.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

/// Waits until the other side closes the connection.
pub(crate) fn wait_for_close(stream: &mut TcpStream) {
    let mut rest = [0; 64];
    while stream.read(&mut rest).is_ok_and(|read| read > 0) {}
}

/// The head of a request, and its body where it tells the length.
pub(crate) fn read_request(stream: impl Read) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while reader.read_line(&mut head).unwrap_or(0) > 2 {}
    let lower = head.to_lowercase();
    let length = lower
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    let _ = reader.read_exact(&mut body);
    head + &String::from_utf8(body).unwrap()
}
