/** The metrics thread: takes what the road recorded once a second, holds the targets against it, serves it. */
package io.evident.server.metrics;
