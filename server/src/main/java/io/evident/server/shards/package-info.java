/** More or fewer shards, while the server is at work. */
package io.evident.server.shards;
