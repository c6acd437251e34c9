/** What all targets that speak over sockets share. */
package io.evident.load.net;
