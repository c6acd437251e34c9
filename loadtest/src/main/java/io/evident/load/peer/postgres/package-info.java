/** PostgreSQL. */
package io.evident.load.peer.postgres;
