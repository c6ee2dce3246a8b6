package kotlin.coroutines;

/** Stands for that of Kotlin, of which only the name matters here. */
public interface Continuation {}
