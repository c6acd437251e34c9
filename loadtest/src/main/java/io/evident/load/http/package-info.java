/** Asking a server over HTTP with as little of one's own as possible. */
package io.evident.load.http;
