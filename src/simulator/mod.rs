//! An HTTP server on loopback that behaves like LM Studio, with faults on request.
//!
//! It is written from the wire alone and shares no code with the client, so that a mistake of one is
//! seen by the other. What is answered is decided without sockets: `route` turns a request into an
//! [`answer`](self) that `wire` writes. It never listens on anything but 127.0.0.1.
//!
//! ```
//! use std::io::{Read, Write};
//!
//! use clawconf::simulator::{self, Settings};
//!
//! let running = simulator::start(Settings::default())?;
//! let mut stream = std::net::TcpStream::connect(running.address())?;
//! stream.write_all(b"GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK"));
//! assert_eq!(running.requests()[0].path, "/v1/models");
//! # Ok::<(), std::io::Error>(())
//! ```

mod answer;
mod bomb;
mod catalog;
mod chat;
mod fault;
mod instances;
mod list;
mod load;
mod log;
mod model;
mod request;
mod route;
mod running;
mod server;
mod settings;
mod wire;

pub use fault::{Fault, NoFault};
pub use log::{Log, Seen};
pub use model::{Format, Kind, Model, Quantization, Reasoning};
pub use running::{Running, start};
pub use server::Simulator;
pub use settings::{NoRelease, Release, Settings};
