/** Sending to systems that take a request, keep it and answer: events gather while a request is under way. */
package io.evident.load.peer.commit;
